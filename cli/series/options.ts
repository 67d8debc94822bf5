import { Option, type Command } from 'commander';
import type { SeriesOrder } from '../../src/wire/series';
import { usageError } from '../exit-codes';
import { parseVaultName } from '../parse/names';

/** Options of `start` for several vaults. */
export interface SeriesOptions {
  readonly allVaults?: true;
  readonly sequential?: true;
  readonly parallel?: true;
}

export const withSeriesOptions = (command: Command): Command =>
  command
    .option('--all-vaults', 'every vault of the account in this Region that contains archives')
    .addOption(new Option('--sequential', 'with several vaults: sequentially (default)').conflicts('parallel'))
    .option('--parallel', 'with several vaults: in parallel, under shared rate limits');

/** For commander: collects the names of vaults. @throws CliError with the usage code */
export function collectVaults(text: string, before: readonly string[] = []): readonly string[] {
  const vault = parseVaultName(text);
  if (before.includes(vault)) throw usageError(`The vault "${vault}" is named twice.`);
  return [...before, vault];
}

export const orderOf = ({ parallel }: SeriesOptions): SeriesOrder => (parallel === true ? 'parallel' : 'sequential');

/** Options for the archives of one vault, by commander's option name. */
const OF_ONE_VAULT: Readonly<Record<string, string>> = {
  inventory: '--inventory',
  namesFrom: '--names-from',
  idsFrom: '--ids-from',
  limit: '--limit',
};

/**
 * Whether the command is for several vaults. --all-vaults counts as several, for any number.
 * @throws CliError with the usage code for options that contradict each other
 */
export function asksForSeveral(vaults: readonly string[], options: SeriesOptions): boolean {
  const several = options.allVaults === true || vaults.length > 1;
  if (vaults.length === 0 && !several) throw usageError('Name one or more vaults, or use --all-vaults.');
  if (vaults.length > 0 && options.allVaults === true) {
    throw usageError('Name the vaults or use --all-vaults, not both.');
  }
  if (!several && (options.sequential ?? options.parallel) !== undefined) {
    throw usageError('--sequential and --parallel apply to several vaults, but only one is named.');
  }
  const single = Object.keys(OF_ONE_VAULT).find((name) => name in options);
  if (several && single !== undefined) {
    throw usageError(`${OF_ONE_VAULT[single]} applies to one vault: start that vault alone.`);
  }
  return several;
}
