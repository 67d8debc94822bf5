/** An option or a file that the sandbox is to run with cannot be used. The message names every problem. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  static inFile(file: string, problems: readonly string[]): SettingsError {
    return new SettingsError([`${file} cannot be used:`, ...problems.map((problem) => `- ${problem}`)].join('\n'));
  }
}
