/** A file that the sandbox is to be run with cannot be used. The message lists every problem. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(file: string, problems: readonly string[]) {
    super([`${file} cannot be used:`, ...problems.map((problem) => `- ${problem}`)].join('\n'));
  }
}
