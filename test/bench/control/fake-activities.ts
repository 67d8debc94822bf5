import type { Client } from '@temporalio/client';
import type { BytesActivities, ControlActivities } from '../../../activities';
import { Signals } from '../../../src/ids';
import type { ArchiveRow } from '../../../src/wire/inventory';
import type { JobNotification } from '../../../src/wire/job';
import type { StoredObject } from '../../../src/wire/receipt';
import type { RunSettings } from '../../../src/wire/request';
import { allRequested } from '../../support/samples';

/** What the workers of a benchmark are told, as JSON in their arguments. */
export interface FakePlan {
  readonly archives: number;
  readonly sizeBytes: number;
  readonly shardArchives: number;
  /** A workflow for each archive instead of batches. */
  readonly own: boolean;
}

/** Begins a line of the transfer worker's log: how many archives were moved, and when. */
export const MOVED = 'moved';

/** As the bridge gathers them. */
const NOTICES_PER_SIGNAL = 100;
const HASH = 'a'.repeat(64);
/** Glacier's are as long. */
const idOf = (kind: string, index: number): string => `${kind}${index}`.padEnd(kind === 'job' ? 92 : 138, '-');
const bytesOf = (archives: number, sizeBytes: number): string => String(BigInt(archives) * BigInt(sizeBytes));

/** Control activities that answer at once: AWS costs nothing. Jobs are over as soon as they are announced. */
export function fakeControl(plan: FakePlan, client: Client) {
  const { archives, sizeBytes, shardArchives, own } = plan;
  const shardCount = Math.ceil(archives / shardArchives);
  const announcer = new Announcer(client);
  const written = async (): Promise<void> => undefined;
  return {
    checkRequest: async () => settingsOf(plan),
    findPreparedInventory: async () => null,
    initiateInventory: async () => ({ jobId: 'inventory-job', finished: true }),
    checkJobs: async (_settings, jobs) => jobs.map((job) => succeeded(job.index)),
    prepareInventory: async () => ({
      inventoryDate: null,
      shardCount,
      total: { archives, bytes: bytesOf(archives, sizeBytes) },
      excluded: { archives: 0, bytes: '0' },
      gaps: 0,
      quarantinedRows: 0,
    }),
    openShard: async (_settings, shard) => {
      const firstIndex = shard * shardArchives;
      const count = Math.min(shardArchives, archives - firstIndex);
      const indexes = Array.from({ length: count }, (_, offset) => firstIndex + offset);
      return {
        firstIndex,
        sizesBytes: indexes.map(() => sizeBytes),
        ownWorkflow: own ? indexes.map((index) => ({ index, archiveId: idOf('archive', index) })) : [],
        verified: [],
        nextBatch: 1,
      };
    },
    initiateBatch: async ({ workflowId, indexes }) => {
      announcer.announce(workflowId, indexes);
      return allRequested(indexes.map((index) => ({ index, jobId: idOf('job', index) })));
    },
    initiateRetrieval: async (_settings, _shard, index, workflowId) => {
      announcer.announce(workflowId, [index]);
      return { archive: rowOf(plan, index), stored: null, jobId: idOf('job', index), throttle: null };
    },
    writeReceipt: written,
    writeReceipts: written,
    writeSummary: written,
  } satisfies Partial<ControlActivities>;
}

/** Byte activities that answer at once. */
export const fakeBytes = (plan: FakePlan) =>
  ({
    moveBatch: async ({ jobs }) => {
      tellMoved(jobs.length);
      return {
        verified: jobs.map(({ index }) => index),
        failed: [],
        expired: [],
        notReady: [],
        unsettled: [],
        problem: null,
      };
    },
    moveWhole: async ({ archive }) => {
      tellMoved(1);
      return storedAs(archive, plan);
    },
  }) satisfies Partial<BytesActivities>;

const tellMoved = (archives: number): void => void process.stdout.write(`${MOVED} ${archives} ${Date.now()}\n`);

const succeeded = (index: number): JobNotification => ({
  index,
  jobId: idOf('job', index),
  status: 'Succeeded',
  message: 'Succeeded',
});

/** Tells workflows of their jobs in signals of many, as the bridge does. */
class Announcer {
  private readonly waiting = new Map<string, JobNotification[]>();
  constructor(private readonly client: Client) {}

  announce(workflowId: string, indexes: readonly number[]): void {
    const notices = this.waiting.get(workflowId) ?? [];
    if (notices.length === 0) {
      this.waiting.set(workflowId, notices);
      setTimeout(() => void this.deliver(workflowId), ANNOUNCED_AFTER_MS);
    }
    notices.push(...indexes.map(succeeded));
  }

  private async deliver(workflowId: string): Promise<void> {
    const notices = this.waiting.get(workflowId) ?? [];
    this.waiting.delete(workflowId);
    const handle = this.client.workflow.getHandle(workflowId);
    for (let start = 0; start < notices.length; start += NOTICES_PER_SIGNAL) {
      await handle.signal(Signals.jobsDone, notices.slice(start, start + NOTICES_PER_SIGNAL));
    }
  }
}
const ANNOUNCED_AFTER_MS = 200;

const rowOf = ({ sizeBytes, own }: FakePlan, index: number): ArchiveRow => ({
  index,
  archiveId: idOf('archive', index),
  sizeBytes,
  treeHash: HASH,
  creationDate: '2015-01-01T00:00:00Z',
  description: `photos/2015/${index}.jpg`,
  key: `photos/2015/${index}.jpg`,
  nameFormat: 'plain',
  ownWorkflow: own,
});

const storedAs = ({ key }: ArchiveRow, { sizeBytes }: FakePlan): StoredObject => ({
  key,
  versionId: null,
  storageClass: 'STANDARD',
  etag: 'etag',
  crc32: 'AAAAAA==',
  sizeBytes,
  treeHash: HASH,
  adopted: false,
  proof: 'crc32',
  requestId: 'request',
});

const settingsOf = (plan: FakePlan): RunSettings => ({
  run: 'bench',
  startId: 'bench',
  vault: 'bench',
  vaultArn: 'arn:aws:glacier:us-east-1:111122223333:vaults/bench',
  bucket: 'destination',
  bucketOwner: '111122223333',
  prefix: '',
  storageClass: 'STANDARD',
  tier: 'Bulk',
  // Given by hand: there is no inventory job to wait for.
  inventory: 's3://destination/inventory.json',
  decode: 'auto',
  names: null,
  filter: {},
  topicArn: 'arn:aws:sns:us-east-1:111122223333:glacier-transfer',
  rateLimits: { bytesPerDay: String(10n ** 20n), requestsPerSecond: 10_000 },
  searchAttributes: true,
  lookFirst: false,
  largeArchiveBytes: 64 * 1024 ** 2,
  wholeLimitBytes: 64 * 1024 ** 2,
  minPartBytes: 16 * 1024 ** 2,
  ownWorkflowUpTo: plan.own ? plan.archives : 0,
  shardArchives: plan.shardArchives,
  firstPollSeconds: 3_600,
  pollSeconds: 3_600,
  continueAsNewAfter: null,
});
