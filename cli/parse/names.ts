import { RUN_NAME, RUN_NAME_RULE } from '../../src/ids';
import { safeText } from '../text/format';
import { usageError } from '../exit-codes';

const plain = (word: string): string => word.toLowerCase().replaceAll('-', '_');

/**
 * Parses one of several words, case-insensitive and with `-` for `_`, and returns it as spelled in `choices`.
 * @param what how the option's value is called in the sentence, `storage class`
 * @throws CliError with the usage code, listing the choices
 */
export function parseChoice<Choice extends string>(text: string, choices: readonly Choice[], what: string): Choice {
  const found = choices.find((choice) => plain(choice) === plain(text));
  if (found !== undefined) return found;
  throw usageError(`"${safeText(text)}" is not a valid ${what}: choose one of ${choices.join(', ')}`);
}

/**
 * A Glacier vault name: 1 to 255 of A-Z a-z 0-9 _ . - (Glacier developer guide, "Working with vaults").
 * @throws CliError with the usage code for any other text
 */
export function parseVaultName(text: string): string {
  if (/^[A-Za-z0-9_.-]{1,255}$/.test(text)) return text;
  throw usageError(`"${safeText(text)}" is not a valid vault name: use 1 to 255 of A-Z a-z 0-9 _ . -`);
}

/** @throws CliError with the usage code for a text that {@link RUN_NAME} refuses */
export function parseRunName(text: string): string {
  if (RUN_NAME.test(text)) return text;
  throw usageError(`"${safeText(text)}" is not a valid run name: ${RUN_NAME_RULE}`);
}

/** An AWS account: 12 digits. @throws CliError with the usage code */
export function parseAccount(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw usageError(`"${safeText(text)}" is not a valid account: use 12 digits`);
}

/** A build id: what Temporal takes, and a shell need not quote. @throws CliError with the usage code for any other text */
export function parseBuildId(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/.test(text)) return text;
  throw usageError(
    `"${safeText(text)}" is not a valid build id: use 1 to 100 of A-Z a-z 0-9 . _ + -, starting with a letter or a digit`,
  );
}

/** The default run name: vault and UTC time to the second, `photos-20261123-101500`. */
export function defaultRunName(vault: string, now: Date): string {
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const stem = vault.replace(/^[^A-Za-z0-9]+/, '').slice(0, 80);
  return stem === '' ? `run-${time}` : `${stem}-${time}`;
}
