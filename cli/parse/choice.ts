import { safeText } from '../text/safe-text';
import { usageError } from '../exit-codes';

const plain = (word: string): string => word.toLowerCase().replaceAll('-', '_');

/**
 * Reads one of a few words, whatever its case and with `-` for `_`, and gives it back as it is spelled in `choices`.
 * @param what how the option's value is called in the sentence, `storage class`
 * @throws CliError with the usage code, listing the choices
 */
export function parseChoice<Choice extends string>(text: string, choices: readonly Choice[], what: string): Choice {
  const found = choices.find((choice) => plain(choice) === plain(text));
  if (found !== undefined) return found;
  throw usageError(`"${safeText(text)}" is no ${what}: choose one of ${choices.join(', ')}`);
}
