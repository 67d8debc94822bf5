import { groupBy } from '../../group-by';
import type { World } from '../../world';
import { askedJobs, wasStruck } from './job-owners';

const ENDS_THE_JOB = ['job-fails', 'job-expires'];
const HIDES_THE_JOB = ['lose-reply', 'reset'];

/**
 * O6: at most one job for each archive, one more for each job that failed or expired on command, and one for each whose
 * id nobody was told: the call was cut off.
 */
export function jobs({ calls }: World): string[] {
  const asked = askedJobs(calls);
  const expired = new Set(
    calls.filter((call) => wasStruck(call, ['expire-job'])).map(({ detail }) => String(detail['job'])),
  );
  return [...groupBy(asked, ({ archiveId }) => archiveId)].flatMap(([archiveId, some]) => {
    const excused = some.filter(
      ({ jobId, call }) =>
        expired.has(jobId) || call.status === 0 || wasStruck(call, [...ENDS_THE_JOB, ...HIDES_THE_JOB]),
    ).length;
    return some.length <= 1 + excused
      ? []
      : [`${some.length} jobs were requested for archive ${archiveId}; faults explain ${excused} beyond the first`];
  });
}
