import { DeleteArchiveCommand } from '@aws-sdk/client-glacier';
import { GetObjectCommand, PutObjectCommand, type PutObjectCommandInput, type StorageClass } from '@aws-sdk/client-s3';
import { WorkflowFailedError } from '@temporalio/client';
import { Failure } from '../../src/failures';
import { quarantineKey } from '../../src/ids';
import { runToEnd, startRun } from '../support/run';
import { BUCKET, startStack, VAULT, type Stack } from '../support/stack';
import { withSameCrc32 } from '../support/same-crc32';
import {
  bytesOf,
  listKeys,
  readObjects,
  readReceipts,
  sha256,
  uploadArchive,
  type UploadedArchive,
} from '../support/vault';

const CREATED = '2020-01-01T00:00:00Z';
const UNKNOWN_ID = 'x'.repeat(138);
const FOREIGN = 'not an archive of this vault';

let stack: Stack;
let good: UploadedArchive;
let taken: UploadedArchive;
let damaged: UploadedArchive;
let deleted: UploadedArchive;

const row = (uploaded: UploadedArchive, treeHash = uploaded.sha256) => ({
  ArchiveId: uploaded.archiveId,
  ArchiveDescription: uploaded.description,
  CreationDate: CREATED,
  Size: uploaded.sizeBytes,
  SHA256TreeHash: treeHash, // of at most 1 MiB: the SHA-256 itself
});

beforeAll(async () => {
  stack = await startStack();
  good = await uploadArchive(stack.clients, 'good', 1_000);
  taken = await uploadArchive(stack.clients, 'taken', 1_001);
  damaged = await uploadArchive(stack.clients, 'damaged', 1_002);
  deleted = await uploadArchive(stack.clients, 'deleted', 1_003);
  await stack.clients.glacier.send(
    new DeleteArchiveCommand({ accountId: '-', vaultName: VAULT, archiveId: deleted.archiveId }),
  );
  await stack.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'taken', Body: FOREIGN }));
});
afterAll(() => stack.close());

/** Puts an inventory where a request can name it. Returns its address. */
async function inventoryFile(rows: readonly unknown[], vault = VAULT): Promise<string> {
  const key = `.glacier-transfer/inventories/${vault}-${rows.length}.json`;
  const VaultARN = `arn:aws:glacier:us-east-1:111122223333:vaults/${vault}`;
  const Body = JSON.stringify({ VaultARN, InventoryDate: CREATED, ArchiveList: rows });
  await stack.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body }));
  return `s3://${BUCKET}/${key}`;
}

describe.each([
  ['with workflows of their own', 2_000],
  ['in batches', 0],
])('archives %s', (name, ownWorkflowUpTo) => {
  const run = name.replaceAll(' ', '-');

  test('each row of a user-supplied inventory gets its outcome and reason, and no object is overwritten', async () => {
    const rows = [row(good), row(taken), row(damaged, sha256(Buffer.from('other bytes'))), row(deleted)];
    const bad = { ...row(good), ArchiveId: UNKNOWN_ID, Size: -1 };
    const summary = await runToEnd(stack, run, {
      inventory: await inventoryFile([...rows, bad]),
      tuning: { ownWorkflowUpTo },
    });
    expect(summary).toMatchObject({
      state: 'completed-with-failures',
      archives: { total: 4, verified: 1, failed: 3 },
      quarantinedRows: 1,
      failures: { [Failure.KeyTaken]: 1, [Failure.HashMismatch]: 1, [Failure.SourceMissing]: 1 },
    });

    const receipts = await readReceipts(stack.clients.s3, run);
    const endings = Object.fromEntries(
      receipts.map((receipt) => [receipt.archiveId, receipt.reason ?? receipt.outcome]),
    );
    expect(endings).toEqual({
      [good.archiveId]: 'verified',
      [taken.archiveId]: Failure.KeyTaken,
      [damaged.archiveId]: Failure.HashMismatch,
      [deleted.archiveId]: Failure.SourceMissing,
    });
    for (const { outcome, message } of receipts) expect(message === null).toBe(outcome === 'verified');

    const objects = await readObjects(stack.clients.s3);
    expect(Object.fromEntries(objects.map((object) => [object.key, object.sha256]))).toEqual({
      good: good.sha256,
      taken: sha256(Buffer.from(FOREIGN)),
    });
    const quarantine = await stack.clients.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: quarantineKey(run) }));
    expect(await quarantine.Body?.transformToString()).toContain(UNKNOWN_ID);
  }, 90_000);
});

test('a second run adopts the objects of the first without initiating a job', async () => {
  const before = stack.calls.length;
  const summary = await runToEnd(stack, 'again', { inventory: await inventoryFile([row(good)]) });
  expect(summary).toMatchObject({ state: 'completed', archives: { total: 1, verified: 1 } });
  const [receipt] = await readReceipts(stack.clients.s3, 'again');
  expect(receipt?.stored).toMatchObject({ adopted: true, key: 'good' });
  expect(receipt?.jobIds).toEqual([]);
  const operations = stack.calls.slice(before).map(({ operation }) => operation);
  expect(operations).not.toContain('InitiateJob');
});

test.each([
  ['with workflows of their own', 'read-own', 2_000],
  ['in batches', 'read-batch', 0],
])(
  'with --read-adopted, archives %s are adopted once their bytes are read',
  async (_, run, ownWorkflowUpTo) => {
    const [old, forged, deep] = [
      await uploadArchive(stack.clients, `${run}-old`, 2_000),
      await uploadArchive(stack.clients, `${run}-forged`, 2_001),
      await uploadArchive(stack.clients, `${run}-deep`, 2_002),
    ];
    const plant = async (
      uploaded: UploadedArchive,
      change: (bytes: Buffer) => Buffer,
      StorageClass: StorageClass,
    ): Promise<void> => {
      const Metadata = { 'glacier-archive-id': uploaded.archiveId, 'glacier-tree-hash': uploaded.sha256 };
      const Body = change(bytesOf(`${uploaded.description} ${uploaded.sizeBytes}`, uploaded.sizeBytes));
      const put = {
        Bucket: BUCKET,
        Key: uploaded.description,
        Body,
        Metadata,
        StorageClass,
        ChecksumAlgorithm: 'CRC32',
      };
      await stack.clients.s3.send(new PutObjectCommand(put as PutObjectCommandInput));
    };
    await plant(old, (bytes) => bytes, 'STANDARD');
    await plant(forged, withSameCrc32, 'STANDARD');
    await plant(deep, (bytes) => bytes, 'DEEP_ARCHIVE');
    const before = stack.calls.length;
    const inventory = await inventoryFile([good, old, forged, deep].map((uploaded) => row(uploaded)));
    const summary = await runToEnd(stack, run, { inventory, readAdopted: true, tuning: { ownWorkflowUpTo } });
    expect(summary).toMatchObject({ archives: { total: 4, verified: 2, failed: 2 } });
    expect(summary.failures).toEqual({ [Failure.KeyTaken]: 1, [Failure.NotReadable]: 1 });
    const receipts = await readReceipts(stack.clients.s3, run);
    expect(Object.fromEntries(receipts.map(({ key, stored, reason }) => [key, stored?.proof ?? reason]))).toEqual({
      good: 'sha256',
      [old.description]: 'read-back',
      [forged.description]: Failure.KeyTaken,
      [deep.description]: Failure.NotReadable,
    });
    expect(stack.calls.slice(before).map(({ operation }) => operation)).not.toContain('InitiateJob');
  },
  90_000,
);

test('the inventory of another vault is rejected before any job is initiated', async () => {
  const handle = await startRun(stack, 'wrong-vault', { inventory: await inventoryFile([row(good)], 'films') });
  const error = await handle.result().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  expect((error as WorkflowFailedError).cause).toMatchObject({
    type: Failure.InventoryUnusable,
    message: expect.stringContaining('films') as string,
  });
  expect(await listKeys(stack.clients.s3, '.glacier-transfer/wrong-vault/shards/')).toEqual([]);
});

test('an invalid request fails the run immediately, with every problem in one message', async () => {
  const handle = await startRun(stack, 'wrong-request', { storageClass: 'GLACIAL', tier: 'Slow', prefix: '/x' });
  const error = await handle.result().catch((reason: unknown) => reason);
  const { message, type } = (error as WorkflowFailedError).cause as Error & { type: string };
  expect(type).toBe(Failure.InvalidRequest);
  for (const field of ['storageClass', 'tier', 'prefix']) expect(message).toContain(field);
});
