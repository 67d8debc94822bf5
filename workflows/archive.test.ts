import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { archiveWorkflowId, shardWorkflowId, Signals } from '../src/ids';
import type { JobNotification } from '../src/wire/job';
import type { PauseGate } from '../src/wire/signals';
import type { StoredObject } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';
import type { ReadAdoptedInput } from '../src/wire/transfer';
import { ARCHIVE, SETTINGS, STORED } from '../test/support/samples';
import { startWorkflowBench, untilCancelled, type Fakes, type WorkflowBench } from '../test/support/workflow-bench';
import type { archive } from './archive';

const failure = (type: string) => ApplicationFailure.nonRetryable('said the fake', type);

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(() => bench.close());

/** Runs an archive workflow with these activities; returns its outcome and its receipt. */
async function bring(
  run: string,
  fakes: Fakes,
  polls: Partial<RunSettings> = {},
  news: readonly JobNotification[] = [],
) {
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

/** Jobs a, b, c … that all finish at once. */
function eagerGlacier(): { readonly glacier: Fakes; readonly requested: readonly string[] } {
  const requested: string[] = [];
  const glacier: Fakes = {
    initiateRetrieval: async () => {
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
    initiateRetrieval: async () => {
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

describe('an object that has to be read back before it is adopted', () => {
  const READING = { readAdopted: true };
  const PROVED: StoredObject = { ...STORED, proof: 'read-back' };
  const found = { archive: ARCHIVE, stored: STORED, jobId: null, throttle: null };

  test('is read by the workers that move bytes, and its receipt records the proof', async () => {
    const read: ReadAdoptedInput[] = [];
    const { outcome, receipts } = await bring(
      'read',
      {
        initiateRetrieval: async () => found,
        readAdopted: async (input) => {
          read.push(input);
          return PROVED;
        },
      },
      READING,
    );
    expect(outcome).toEqual({ outcome: 'verified', reason: null });
    expect(read).toMatchObject([{ archive: ARCHIVE, crc32: null }]);
    expect(receipts).toMatchObject([{ outcome: 'verified', stored: PROVED, jobIds: [] }]);
  });

  test('is not read without the option, nor if S3 has the SHA-256', async () => {
    const without = await bring('unread', { initiateRetrieval: async () => found });
    expect(without.receipts).toMatchObject([{ stored: STORED }]);
    const stored: StoredObject = { ...STORED, proof: 'sha256' };
    const hashed = await bring('hashed', { initiateRetrieval: async () => ({ ...found, stored }) }, READING);
    expect(hashed.receipts).toMatchObject([{ stored }]);
  });

  test('and has different bytes fails the archive', async () => {
    const readAdopted = async () => {
      throw failure('KeyTaken');
    };
    const { outcome, receipts } = await bring('forged', { initiateRetrieval: async () => found, readAdopted }, READING);
    expect(outcome).toEqual({ outcome: 'failed', reason: 'KeyTaken' });
    expect(receipts).toMatchObject([{ outcome: 'failed', stored: null }]);
  });

  test('resumes where it stopped when a paused run is resumed', async () => {
    const progress = { etag: '"e"', reads: 0, doneBytes: 2 ** 20, roots: [] };
    const asked: unknown[] = [];
    const { receipts } = await bring(
      'continued',
      {
        initiateRetrieval: async () => found,
        readAdopted: async (input) => {
          asked.push(input.progress);
          if (asked.length > 1) return PROVED;
          const handle = bench.client.workflow.getHandle(archiveWorkflowId('continued', ARCHIVE.archiveId));
          const order = async (sequence: number, state: PauseGate['state']): Promise<void> =>
            await handle.signal(Signals.pauseGate, { sequence, state });
          await order(1, 'paused');
          await untilCancelled();
          await order(2, 'open');
          throw new CancelledFailure('paused', [progress]);
        },
      },
      READING,
    );
    expect(asked).toEqual([null, progress]);
    expect(receipts).toMatchObject([{ outcome: 'verified', stored: PROVED }]);
  });

  test('and is gone by then is requested from Glacier', async () => {
    let looks = 0;
    const { glacier } = eagerGlacier();
    const { receipts } = await bring(
      'gone',
      {
        ...glacier,
        initiateRetrieval: async (...input) => {
          looks += 1;
          return looks === 1
            ? found
            : await (glacier.initiateRetrieval as NonNullable<Fakes['initiateRetrieval']>)(...input);
        },
        readAdopted: async () => null,
        moveWhole: async () => ({ ...STORED, adopted: false, proof: 'crc32' }),
      },
      READING,
    );
    expect(receipts).toMatchObject([{ outcome: 'verified', jobIds: ['a'], stored: { proof: 'crc32' } }]);
  });

  test('and was found only by the upload is compared with the CRC32 of its parts', async () => {
    const large = { ...ARCHIVE, sizeBytes: 65 * 2 ** 20 };
    const read: (string | null)[] = [];
    const dropped: unknown[] = [];
    const { receipts } = await bring(
      'in-parts',
      {
        ...eagerGlacier().glacier,
        initiateRetrieval: async () => ({ archive: large, stored: null, jobId: 'a', throttle: null }),
        createUpload: async () => 'upload',
        moveRange: async ({ range }) => ({ range, treeHash: 'ab', crc32: 0, sizeBytes: large.sizeBytes }),
        completeUpload: async () => ({ ...STORED, proof: 'crc32', crc32: 'AAAAAQ==' }),
        abortUpload: async (upload) => void dropped.push(upload),
        readAdopted: async ({ crc32 }) => {
          read.push(crc32);
          return PROVED;
        },
      },
      READING,
    );
    expect(read).toEqual(['AAAAAQ==']);
    expect(dropped).toHaveLength(1);
    expect(receipts).toMatchObject([{ outcome: 'verified', stored: PROVED }]);
  });
});

test('a job that turns out not to be finished is polled soon, not after the usual time of its tier', async () => {
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

test('an archive fails after three failed jobs', async () => {
  const { glacier, requested } = eagerGlacier();
  const checkJobs: Fakes['checkJobs'] = async (_settings, jobs) =>
    jobs.map((job) => ({ ...job, status: 'Failed', message: '' }));
  const { outcome } = await bring('failed', { ...glacier, checkJobs });
  expect(outcome).toEqual({ outcome: 'failed', reason: 'JobFailed' });
  expect(requested).toHaveLength(3);
});
