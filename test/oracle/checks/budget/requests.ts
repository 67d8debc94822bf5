import type { World } from '../../world';
import { faultsOf } from './job-owners';

/** The budget that a run has, in requests to Glacier and S3. Long polls of the queue cost by the hour, not by the archive. */
const PER_RUN = 200;
const PER_ARCHIVE = 6;
const PER_PART = 2;
const PER_FAULT = 10;
/** A killed process had up to 500 archives to request and four batches of 100 to move in its hands: each key is looked at again. */
const PER_KILL = 900;

export const countRequests = ({ calls }: World): number =>
  calls.filter(({ service }) => service === 'glacier' || service === 's3').length;

/** O6: requests stay within the budget. */
export function requests(world: World): string[] {
  const { rows, calls, killsMs } = world;
  const parts = new Set(
    calls
      .filter(({ operation }) => operation === 'UploadPart')
      .map(({ detail }) => `${detail['key']} ${detail['partNumber']}`),
  ).size;
  const faults = calls.flatMap(faultsOf).length;
  const budget =
    PER_RUN + PER_ARCHIVE * rows.length + PER_PART * parts + PER_FAULT * faults + PER_KILL * killsMs.length;
  const sent = countRequests(world);
  return sent <= budget ? [] : [`${sent} requests to Glacier and S3 were sent; the budget is ${budget}`];
}
