import { RUN_NAME } from '../../src/ids';
import { usageError } from '../exit-codes';

/** Leaves room for a dash and the number of a vault, of which an account has at most 1,000. */
const MOST_CHARACTERS = 95;

/**
 * Names of the runs of a series: `all-photos`, `all-films`. Where one of them would be too long all are numbered
 * instead, in the given order: `all-01`, `all-02`.
 * @throws CliError with the usage code for a series whose own name leaves no room for that
 */
export function runNames(series: string, vaults: readonly string[]): readonly string[] {
  const named = vaults.map((vault) => `${series}-${vault}`);
  if (named.every((name) => RUN_NAME.test(name))) return named;
  if (series.length > MOST_CHARACTERS) {
    throw usageError(`"${series}" is too long a name for several vaults: at most ${MOST_CHARACTERS} characters.`);
  }
  const digits = Math.max(2, String(vaults.length).length);
  return vaults.map((_, position) => `${series}-${String(position + 1).padStart(digits, '0')}`);
}
