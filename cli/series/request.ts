import type { RateLimits, TransferRequest } from '../../src/wire/request';
import type { SeriesOrder, SeriesRequest } from '../../src/wire/series';
import { parseDestination, type Destination } from '../parse/s3-url';
import { RUN_NAME } from '../../src/ids';
import { usageError } from '../exit-codes';

/** Leaves room for a dash and a vault number; an account has at most 1,000 vaults. */
const MOST_CHARACTERS = 95;

/**
 * Names of the runs of a series: `all-photos`, `all-films`. If one of them would be too long, all are numbered
 * instead, in the given order: `all-01`, `all-02`.
 * @throws CliError with the usage code for a series name that leaves no room for that
 */
export function runNames(series: string, vaults: readonly string[]): readonly string[] {
  const named = vaults.map((vault) => `${series}-${vault}`);
  if (named.every((name) => RUN_NAME.test(name))) return named;
  if (series.length > MOST_CHARACTERS) {
    throw usageError(`"${series}" is too long for the name of a series: at most ${MOST_CHARACTERS} characters.`);
  }
  const digits = Math.max(2, String(vaults.length).length);
  return vaults.map((_, position) => `${series}-${String(position + 1).padStart(digits, '0')}`);
}

/**
 * Combines the requests of single vaults: each vault gets a folder with its name and its own run.
 * @param requestOf the request of one vault, for its destination; its rate limits become those of the series
 * @throws CliError with the usage code when a name is too long, or a vault's name cannot be a folder
 */
export function seriesRequest(
  name: string,
  vaults: readonly string[],
  order: SeriesOrder,
  to: Destination,
  requestOf: (vault: string, to: Destination) => TransferRequest,
): SeriesRequest {
  const runs = runNames(name, vaults);
  let rateLimits: Partial<RateLimits> = {};
  const requests = vaults.map((vault, position) => {
    const folder = parseDestination(`s3://${to.bucket}/${to.prefix}${vault}/`);
    const { bytesPerDay, requestsPerSecond, ...request } = requestOf(vault, folder);
    rateLimits = {
      ...(bytesPerDay === undefined ? {} : { bytesPerDay }),
      ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
    };
    return { run: runs[position] ?? '', request };
  });
  return { vaults: requests, order, rateLimits };
}
