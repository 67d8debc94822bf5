import { condition } from '@temporalio/workflow';
import { INVENTORY_INDEX } from '../src/ids';
import type { JobNotification } from '../src/wire/job';
import type { RunSettings } from '../src/wire/request';
import { control } from './activities';
import type { JobTracker } from './state/job-tracker';

/**
 * Waits until the watched job is over. A notice of success ends the wait, since reading the output proves it; any other
 * notice, and silence for too long, lead to a question to Glacier, whose answer decides.
 * @param guarded waits until the question may be asked
 */
export async function awaitJob(
  watch: JobTracker,
  settings: RunSettings,
  index: number,
  guarded: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<JobNotification['status']> {
  const jobId = watch.jobId ?? '';
  const first = watch.isNew && index !== INVENTORY_INDEX;
  let waitSeconds = first ? settings.firstPollSeconds : settings.pollSeconds;
  for (;;) {
    if (!watch.mayBeDone) await condition(() => watch.notification !== null, waitSeconds * 1_000);
    if (watch.notification?.status === 'Succeeded') return 'Succeeded';
    watch.clearNotification();
    const [answer] = await guarded(() =>
      control.checkJobs.executeWithOptions({ summary: 'no news: ask Glacier' }, [settings, [{ index, jobId }]]),
    );
    if (answer !== undefined) return answer.status;
    waitSeconds = settings.pollSeconds;
  }
}
