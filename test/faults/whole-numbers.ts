const USAGE = 2;

/** The value of an option; ends the process with one sentence when it is no whole number. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  console.error(`--${option} takes a whole number, not ${JSON.stringify(text)}.`);
  process.exit(USAGE);
}
