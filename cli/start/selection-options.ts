import type { Command } from 'commander';
import { filterProblems } from '../../src/inventory/filter/filter-problems';
import { DECODE_MODES, type DecodeMode, type TransferFilter, type TransferRequest } from '../../src/wire/request';
import { usageError } from '../exit-codes';
import type { Output } from '../output';
import { parseChoice } from '../parse/names';
import { parseInstant } from '../parse/instant';
import { parseBytesPerDay, parseRequestsPerSecond } from '../parse/rate-limits';
import { parseSizeBytes, parseWholeNumber } from '../parse/quantity';
import { safeText } from '../text/format';

/** Which archives to move, under which names, and how fast. */
export interface SelectionOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly fromDate?: string;
  readonly toDate?: string;
  readonly minSize?: number;
  readonly maxSize?: number;
  /** A path, `-` for standard input, or s3://bucket/key. */
  readonly idsFrom?: string;
  readonly limit?: number;
  /** A path or s3://bucket/key. */
  readonly namesFrom?: string;
  readonly decode?: DecodeMode;
  readonly bytesPerDay?: string;
  readonly requestsPerSecond?: number;
}

const collected = (glob: string, earlier: readonly string[] = []): readonly string[] => [...earlier, glob];

/** Adds the options to a command that starts runs. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option(
      '--names-from <file>',
      'use the names in this CSV file (GlacierArchiveID,FileName), not the descriptions: a path or s3://bucket/key',
    )
    .option(
      '--decode <mode>',
      `how to read names from descriptions: ${DECODE_MODES.join(', ')} (default: auto)`,
      parseMode,
    )
    .option('--include <glob>', 'move only archives whose name matches; repeatable', collected)
    .option('--exclude <glob>', 'exclude archives whose name matches; repeatable', collected)
    .option(
      '--from, --from-date <date>',
      'move only archives created on this day (UTC), instant or later',
      parseInstant,
    )
    .option('--to-date <date>', 'move only archives created before this day (UTC) or instant', parseInstant)
    .option('--min-size <size>', 'move only archives of at least this size, like 10M', parseSize)
    .option('--max-size <size>', 'move only archives of at most this size, like 1.5GiB', parseSize)
    .option(
      '--ids-from <file>',
      'move only the archives with these ids, one per line: a path, - for standard input, or s3://bucket/key',
    )
    .option('--limit <n>', 'move only the first n matching archives, in order of creation', parseLimit)
    .option('--bytes-per-day <size>', 'most bytes to retrieve in a day, like 20TiB (default: 100TiB)', parseBytesPerDay)
    .option(
      '--requests-per-second <n>',
      'most retrieval jobs to initiate in a second (default: 100)',
      parseRequestsPerSecond,
    );
}

const parseSize = (text: string): number => parseSizeBytes(text, 'size');
const parseLimit = (text: string): number => parseWholeNumber(text, 1, 999_999_999, 'number of archives');
const parseMode = (text: string): DecodeMode => parseChoice(text, DECODE_MODES, 'way to find names');

/**
 * The options as parts of a request; files are for `uploadInputs`.
 * @throws CliError with the usage code when they contradict each other, or a glob is invalid
 */
export function selectionOf(
  options: SelectionOptions,
): Pick<TransferRequest, 'filter' | 'decode' | 'bytesPerDay' | 'requestsPerSecond'> {
  const { include, exclude, fromDate, toDate, minSize, maxSize, limit } = options;
  const filter: TransferFilter = given({
    include,
    exclude,
    fromDate,
    toDate,
    minSizeBytes: minSize,
    maxSizeBytes: maxSize,
    limit,
  });
  const problems = filterProblems(filter).map(({ field, message }) => `${OPTION_OF[field]}: ${message}`);
  if (problems.length > 0) throw usageError(safeText(problems.join('; ')));
  const { decode, bytesPerDay, requestsPerSecond } = options;
  const isFilter = Object.keys(filter).length > 0;
  return given({ filter: isFilter ? filter : undefined, decode, bytesPerDay, requestsPerSecond });
}

/** Warns if the filter may exclude archives between others, in order of creation. */
export function warnOfOrder(
  output: Pick<Output, 'message'>,
  { include, exclude, minSize, maxSize, idsFrom }: SelectionOptions,
): void {
  if ([include, exclude, minSize, maxSize, idsFrom].every((option) => option === undefined)) return;
  output.message(
    'Warning: this filter skips archives in between. Glacier expects retrievals in order of creation and allows only ' +
      '35 random ones a day for each PiB stored: it may throttle this run. --from-date, --to-date and --limit keep the order.',
  );
}

const OPTION_OF: Readonly<Record<keyof TransferFilter, string>> = {
  include: '--include',
  exclude: '--exclude',
  fromDate: '--from-date',
  toDate: '--to-date',
  minSizeBytes: '--min-size',
  maxSizeBytes: '--max-size',
  idsFrom: '--ids-from',
  limit: '--limit',
};

type Given<Fields> = { [Field in keyof Fields]?: Exclude<Fields[Field], undefined> };

/** The members that are set. */
const given = <Fields extends object>(fields: Fields): Given<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>;
