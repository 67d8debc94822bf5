import { ApplicationFailure } from '@temporalio/common';
import { archiveWorkflowId, shardWorkflowId, Signals } from '../src/ids';
import type { JobNotice } from '../src/wire/job';
import type { RunSettings } from '../src/wire/request';
import { ARCHIVE, SETTINGS, STORED } from '../test/support/samples';
import { startWorkflowBench, type Fakes, type WorkflowBench } from '../test/support/workflow-bench';
import type { archive } from './archive';

const failure = (type: string) => ApplicationFailure.nonRetryable('said the fake', type);

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(() => bench.close());

/** Runs an archive's workflow on these activities; returns its outcome and what its receipt says. */
async function bring(run: string, fakes: Fakes, polls: Partial<RunSettings> = {}, news: readonly JobNotice[] = []) {
  const receipts: unknown[] = [];
  const settings = { ...SETTINGS, firstPollSeconds: 1, pollSeconds: 1, ...polls, run };
  const outcome = await bench.serve(
    { writeReceipt: async (_settings, _index, ending) => void receipts.push(ending), ...fakes },
    async () => {
      const handle = await bench.startUnder<typeof archive>(
        shardWorkflowId(run, 0),
        'archive',
        archiveWorkflowId(run, ARCHIVE.archiveId),
        [{ settings, shard: 0, index: ARCHIVE.index, archiveId: ARCHIVE.archiveId, sizeBytes: 9, mayHaveJob: false }],
      );
      if (news.length > 0) await handle.signal(Signals.jobsDone, news);
      return await handle.result();
    },
  );
  return { outcome, receipts };
}

/** Jobs a, b, c … that are all done at once. */
function eagerGlacier(): { readonly glacier: Fakes; readonly requested: readonly string[] } {
  const requested: string[] = [];
  const glacier: Fakes = {
    requestArchive: async () => {
      const jobId = 'abcdefgh'.charAt(requested.length);
      requested.push(jobId);
      return { archive: ARCHIVE, stored: null, jobId, throttle: null };
    },
    checkJobs: async (_settings, jobs) => jobs.map((job) => ({ ...job, status: 'Succeeded', message: '' })),
  };
  return { glacier, requested };
}

test('an expired job is followed by another one, and the receipt names both', async () => {
  const { glacier } = eagerGlacier();
  const moveWhole: Fakes['moveWhole'] = async ({ jobId }) => {
    if (jobId === 'a') throw failure('JobExpired');
    return STORED;
  };
  const { outcome, receipts } = await bring('expired', { ...glacier, moveWhole });
  expect(outcome).toEqual({ outcome: 'verified', reason: null });
  expect(receipts).toMatchObject([{ outcome: 'verified', jobIds: ['a', 'b'], stored: STORED }]);
});

test('an archive that is found in the bucket when it is requested again is verified', async () => {
  let looks = 0;
  const { outcome, receipts } = await bring('found', {
    ...eagerGlacier().glacier,
    requestArchive: async () => {
      looks += 1;
      return looks === 1
        ? { archive: ARCHIVE, stored: null, jobId: 'a', throttle: null }
        : { archive: ARCHIVE, stored: STORED, jobId: null, throttle: null };
    },
    moveWhole: async () => {
      throw failure('JobExpired');
    },
  });
  expect(outcome).toEqual({ outcome: 'verified', reason: null });
  expect(receipts).toMatchObject([{ outcome: 'verified', stored: STORED, jobIds: ['a'] }]);
});

test('a job that was not ready after all is asked about soon, not after the usual time of its tier', async () => {
  let reads = 0;
  const { glacier, requested } = eagerGlacier();
  const moveWhole: Fakes['moveWhole'] = async () => {
    reads += 1;
    if (reads === 1) throw failure('JobNotReady');
    return STORED;
  };
  const news = [{ index: ARCHIVE.index, jobId: 'a', status: 'Succeeded', message: '' } as const];
  const { outcome } = await bring('not-ready', { ...glacier, moveWhole }, { firstPollSeconds: 3_600 }, news);
  expect(outcome.outcome).toBe('verified');
  expect(requested).toEqual(['a']);
});

test('three failed jobs are enough', async () => {
  const { glacier, requested } = eagerGlacier();
  const checkJobs: Fakes['checkJobs'] = async (_settings, jobs) =>
    jobs.map((job) => ({ ...job, status: 'Failed', message: '' }));
  const { outcome } = await bring('failed', { ...glacier, checkJobs });
  expect(outcome).toEqual({ outcome: 'failed', reason: 'JobFailed' });
  expect(requested).toHaveLength(3);
});
