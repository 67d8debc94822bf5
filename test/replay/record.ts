import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateVaultCommand, UploadArchiveCommand } from '@aws-sdk/client-glacier';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { archiveWorkflowId, CONTROL_QUEUE, Queries, shardWorkflowId, Updates } from '../../src/ids';
import { VERSION } from '../../src/version';
import type { TransferRequest } from '../../src/wire/request';
import type { SeriesOrder, SeriesProgress } from '../../src/wire/series';
import type { vaultSeries } from '../../workflows/vault-series';
import { progressOf, runToEnd, startRun } from '../support/run';
import { BUCKET, startStack, VAULT, type Stack } from '../support/stack';
import { uploadArchive, uploadArchives, type UploadedArchive } from '../support/vault';
import { until } from '../support/until';

/**
 * Not a test: `npm run record:histories` runs the workflows in every shape and keeps their histories, which
 * replay.test.ts replays from then on. Run it once for each release, and never delete what it wrote for an older one.
 */
const FOLDER = join(__dirname, 'histories', VERSION);
const ROOT = join(__dirname, '../..');
const MIB = 1024 * 1024;
const BOTH_WAYS = { ownWorkflowUpTo: 0, largeArchiveBytes: 2 * MIB };

beforeAll(async () => {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
});

async function keep({ client }: Stack, workflowId: string, shape: string, runId?: string): Promise<void> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  // Stack traces name files: of the project, and not of the machine it was recorded on.
  await writeFile(join(FOLDER, `${shape}.json`), historyToJSON(history).replaceAll(`${ROOT}/`, ''));
}

const sowFew = async ({ clients }: Stack): Promise<UploadedArchive[]> =>
  await uploadArchives(clients, [
    ...Array.from({ length: 12 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1 + number })),
    { description: 'own', sizeBytes: 2 * MIB },
    { description: 'parts', sizeBytes: 65 * MIB },
  ]);

test('told by notifications, with taken keys and adopted archives', async () => {
  const stack = await startStack();
  try {
    const uploaded = await sowFew(stack);
    const [own, parts] = uploaded.slice(-2) as [UploadedArchive, UploadedArchive];
    await uploadArchive(stack.clients, 'taken', 3 * MIB);
    await stack.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'taken', Body: 'stranger' }));
    await runToEnd(stack, 'told', { tuning: BOTH_WAYS });
    await keep(stack, 'told', 'root');
    await keep(stack, shardWorkflowId('told', 0), 'shard');
    await keep(stack, archiveWorkflowId('told', own.archiveId), 'archive-whole');
    await keep(stack, archiveWorkflowId('told', parts.archiveId), 'archive-in-parts');

    await runToEnd(stack, 'adopted', { tuning: BOTH_WAYS });
    await keep(stack, shardWorkflowId('adopted', 0), 'shard-adopted-and-taken');
    await keep(stack, archiveWorkflowId('adopted', own.archiveId), 'archive-adopted');

    await runToEnd(stack, 'continued', {
      prefix: 'continued/',
      tuning: { ...BOTH_WAYS, shardArchives: 3, continueAsNewAfter: 20 },
    });
    const { raw } = await stack.client.workflow.getHandle('continued').describe();
    await keep(stack, 'continued', 'root-before-continue-as-new', raw.workflowExecutionInfo?.firstRunId ?? '');
    await keep(stack, 'continued', 'root-after-continue-as-new');
  } finally {
    await stack.close();
  }
}, 120_000);

test('found by polling', async () => {
  const stack = await startStack({ sandbox: { faults: { rules: [{ fault: 'notification-lost' }] } } });
  try {
    const uploaded = await sowFew(stack);
    await runToEnd(stack, 'polled', { tuning: BOTH_WAYS });
    await keep(stack, 'polled', 'root-polled');
    await keep(stack, shardWorkflowId('polled', 0), 'shard-polled');
    await keep(stack, archiveWorkflowId('polled', uploaded.at(-1)?.archiveId ?? ''), 'archive-polled');
  } finally {
    await stack.close();
  }
}, 120_000);

test('paused while parts fly, and stopped by a missing permission', async () => {
  const stack = await startStack();
  try {
    const uploaded = await sowFew(stack);
    const parts = uploaded.at(-1)?.archiveId ?? '';
    stack.sandbox.faults.add({ rules: [{ fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: 4 * MIB }] });
    const paused = await startRun(stack, 'paused', { tuning: BOTH_WAYS });
    await until(() => stack.count('UploadPart') > 0);
    await paused.executeUpdate(Updates.pause);
    await until(async () => (await progressOf(stack, 'paused')).state === 'paused');
    stack.sandbox.faults.clear();
    await paused.executeUpdate(Updates.resume);
    await paused.result();
    await keep(stack, 'paused', 'root-paused');
    await keep(stack, shardWorkflowId('paused', 0), 'shard-paused');
    await keep(stack, archiveWorkflowId('paused', parts), 'archive-paused');

    const denied = await startRun(stack, 'denied', { prefix: 'denied/', tuning: BOTH_WAYS });
    await until(async () => (await progressOf(stack, 'denied')).state === 'transferring');
    const operations = ['s3:PutObject', 's3:UploadPart'];
    stack.sandbox.faults.add({ rules: [{ fault: 'error', on: operations, code: 'AccessDenied' }] });
    await until(async () => (await progressOf(stack, 'denied')).state === 'attention');
    const refused = (): number => stack.calls.filter(({ detail }) => detail['fault'] === 'error').length;
    const before = refused();
    await until(() => refused() > before);
    stack.sandbox.faults.clear();
    await denied.result();
    await keep(stack, 'denied', 'root-attention');
    await keep(stack, shardWorkflowId('denied', 0), 'shard-attention');
    await keep(stack, archiveWorkflowId('denied', parts), 'archive-attention');
  } finally {
    await stack.close();
  }
}, 180_000);

test('outputs that expire, archives that fail, are retried and taken up', async () => {
  const stack = await startStack();
  try {
    const uploaded = await sowFew(stack);
    await stack.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'own', Body: 'stranger' }));
    // The first output that is read is the inventory; of all the others the first ones expire.
    const at = uploaded.map((_, number) => 2 + number);
    stack.sandbox.faults.add({
      rules: [
        { fault: 'expire-job', on: 'glacier:GetJobOutput', at },
        // The large archive keeps the run open until the retry has been ordered.
        { fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: 4 * MIB },
      ],
    });
    const first = await startRun(stack, 'expired', { tuning: BOTH_WAYS });
    await until(async () => (await progressOf(stack, 'expired')).archives.failed === 1);
    await first.executeUpdate(Updates.retryFailed);
    stack.sandbox.faults.clear();
    await first.executeUpdate(Updates.pause);
    await first.executeUpdate(Updates.resume);
    await first.result();
    await keep(stack, 'expired', 'root-retried');
    await keep(stack, shardWorkflowId('expired', 0), 'shard-expired');
    await keep(stack, archiveWorkflowId('expired', uploaded.at(-1)?.archiveId ?? ''), 'archive-expired');

    await stack.clients.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'own' }));
    await runToEnd(stack, 'expired', { tuning: BOTH_WAYS });
    await keep(stack, 'expired', 'root-taken-up');
    await keep(stack, shardWorkflowId('expired', 0), 'shard-opened-again');
  } finally {
    await stack.close();
  }
}, 120_000);

test('paced, at another pace from the middle on', async () => {
  const stack = await startStack();
  try {
    await sowFew(stack);
    // The large archive is last, and all of a day's bytes.
    const run = await startRun(stack, 'paced', { bytesPerDay: '60', tuning: { ...BOTH_WAYS, shardArchives: 3 } });
    await until(async () => (await progressOf(stack, 'paced')).limitedBy === 'bytesPerDay');
    await run.executeUpdate(Updates.setRateLimits, { args: [{ bytesPerDay: String(2 ** 40), requestsPerSecond: 5 }] });
    await run.result();
    await keep(stack, 'paced', 'root-paced');
    await keep(stack, shardWorkflowId('paced', 0), 'shard-paced');
  } finally {
    await stack.close();
  }
}, 120_000);

test('several vaults, side by side and cancelled', async () => {
  const stack = await startStack();
  try {
    await sowFew(stack);
    const vaultName = 'films';
    await stack.clients.glacier.send(new CreateVaultCommand({ accountId: '-', vaultName }));
    await stack.clients.glacier.send(new UploadArchiveCommand({ accountId: '-', vaultName, body: 'one film' }));
    const start = async (name: string, order: SeriesOrder) =>
      await stack.client.workflow.start<typeof vaultSeries>('vaultSeries', {
        taskQueue: CONTROL_QUEUE,
        workflowId: name,
        args: [
          {
            order,
            vaults: [vaultName, VAULT].map((vault) => ({ run: `${name}-${vault}`, request: requestOf(name, vault) })),
          },
        ],
      });
    const requestOf = (name: string, vault: string): TransferRequest => {
      return { vault, bucket: BUCKET, prefix: `${name}/${vault}/`, tuning: { ...BOTH_WAYS, pollSeconds: 5 } };
    };
    const together = await start('together', 'parallel');
    await together.executeUpdate(Updates.pause);
    await together.executeUpdate(Updates.setRateLimits, { args: [{ requestsPerSecond: 50 }] });
    await together.executeUpdate(Updates.resume);
    await together.result();
    await keep(stack, 'together', 'series-parallel');

    stack.sandbox.faults.add({ rules: [{ fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: MIB }] });
    const stopped = await start('stopped', 'sequential');
    await until(async () => (await stopped.query<SeriesProgress>(Queries.progress)).vaults[0]?.state === 'completed');
    await until(async () => (await stopped.query<SeriesProgress>(Queries.progress)).vaults[1]?.state === 'running');
    await stopped.executeUpdate(Updates.cancel);
    await stopped.result().catch(() => undefined);
    await keep(stack, 'stopped', 'series-cancelled');
  } finally {
    await stack.close();
  }
}, 120_000);

test('cancelled while jobs run', async () => {
  const stack = await startStack({ sandbox: { delaysMs: { bulk: 1_800_000, inventory: 50 } } });
  try {
    const uploaded = await sowFew(stack);
    const run = await startRun(stack, 'cancelled', { tuning: BOTH_WAYS });
    await until(async () => (await progressOf(stack, 'cancelled')).archives.requested === uploaded.length);
    await run.cancel();
    await run.result().catch(() => undefined);
    await keep(stack, 'cancelled', 'root-cancelled');
    await keep(stack, shardWorkflowId('cancelled', 0), 'shard-cancelled');
    await keep(stack, archiveWorkflowId('cancelled', uploaded.at(-1)?.archiveId ?? ''), 'archive-cancelled');
  } finally {
    await stack.close();
  }
}, 120_000);
