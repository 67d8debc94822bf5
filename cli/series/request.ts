import type { RunPace, TransferRequest } from '../../src/wire/request';
import type { SeriesOrder, SeriesRequest } from '../../src/wire/series';
import { parseDestination, type Destination } from '../parse/s3-url';
import { runNames } from './run-names';

/**
 * Puts the requests of single vaults together: each vault gets a folder of its own name and a run of its own.
 * @param requestOf the request of one vault, for its destination; its pace becomes the pace of all
 * @throws CliError with the usage code when a name is too long, or a vault's name makes no folder
 */
export function seriesRequest(
  name: string,
  vaults: readonly string[],
  order: SeriesOrder,
  to: Destination,
  requestOf: (vault: string, to: Destination) => TransferRequest,
): SeriesRequest {
  const runs = runNames(name, vaults);
  let pace: Partial<RunPace> = {};
  const requests = vaults.map((vault, position) => {
    const folder = parseDestination(`s3://${to.bucket}/${to.prefix}${vault}/`);
    const { bytesPerDay, requestsPerSecond, ...request } = requestOf(vault, folder);
    pace = {
      ...(bytesPerDay === undefined ? {} : { bytesPerDay }),
      ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
    };
    return { run: runs[position] ?? '', request };
  });
  return { vaults: requests, order, pace };
}
