import { condition } from '@temporalio/workflow';
import { INVENTORY_INDEX } from '../src/ids';
import type { JobNotification } from '../src/wire/job';
import type { RunSettings } from '../src/wire/request';
import { control } from './activities';
import type { JobTracker } from './state/job-tracker';

/**
 * Waits until the tracked job is over. A notification of success ends the wait, because reading the output confirms it;
 * after any other notification, or none for too long, Glacier is polled, and its result decides.
 * @param runGated runs a poll as soon as the run is not paused
 */
export async function awaitJob(
  job: JobTracker,
  settings: RunSettings,
  index: number,
  runGated: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<JobNotification['status']> {
  const jobId = job.jobId ?? '';
  const first = job.isNew && index !== INVENTORY_INDEX;
  let waitSeconds = first ? settings.firstPollSeconds : settings.pollSeconds;
  for (;;) {
    if (!job.mayBeDone) await condition(() => job.notification !== null, waitSeconds * 1_000);
    if (job.notification?.status === 'Succeeded') return 'Succeeded';
    job.clearNotification();
    const [result] = await runGated(() =>
      control.checkJobs.executeWithOptions({ summary: 'no notification: poll Glacier' }, [
        settings,
        [{ index, jobId }],
      ]),
    );
    if (result !== undefined) return result.status;
    waitSeconds = settings.pollSeconds;
  }
}
