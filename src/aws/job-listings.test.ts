import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type { GlacierClient } from '@aws-sdk/client-glacier';
import { jobDescription } from '../ids';
import { JobListings } from './job-listings';

const DESCRIPTION = jobDescription('run/shard-000000', 1);
const NEVER = new AbortController().signal;

test('a search that needs a newer reading of the job list waits for readers of the earlier one to finish', async () => {
  let pages = 0;
  const send = async (): Promise<unknown> => {
    pages += 1;
    return { JobList: [{ JobId: 'a', JobDescription: DESCRIPTION }] };
  };
  const listings = new JobListings({ send } as unknown as GlacierClient);
  const before = performance.now() - 1;
  const jobs = (sinceMs: number) => listings.jobs('photos', DESCRIPTION, sinceMs, NEVER);

  for await (const { JobId } of jobs(before)) expect(JobId).toBe('a');
  const lingering = jobs(before);
  await lingering.next();

  const later = jobs(performance.now()).next();
  await setImmediate();
  expect(pages).toBe(1);
  await lingering.return(undefined);
  expect(await later).toMatchObject({ value: { JobId: 'a' } });
  expect(pages).toBe(2);
});
