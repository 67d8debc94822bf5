import { crc32 } from 'node:zlib';
import { GlacierServiceException, UploadArchiveCommand } from '@aws-sdk/client-glacier';
import { archiveWorkflowId, Queries, shardWorkflowId } from '../../src/ids';
import type { ArchivePageRequest, ArchiveStateRow, ArchiveStatus, TransferSummary } from '../../src/wire/progress';
import type { Receipt } from '../../src/wire/receipt';
import { PART_BYTES, progressOf, runToEnd } from '../support/run';
import { startStack, VAULT, type Stack } from '../support/stack';
import {
  bytesOf,
  readObjects,
  readReceipts,
  sha256,
  SIZES,
  uploadArchives,
  type StoredCopy,
  type UploadedArchive,
} from '../support/vault';

const RUN = 'whole-vault';
const PREFIX = 'from glacier/';

/** Names as tools and people leave them in descriptions, and the keys they must become. */
const ODD_NAMES: readonly [description: string, key: string | null][] = [
  ['photos/2012/summer trip.jpg', 'photos/2012/summer trip.jpg'],
  ['../../etc/passwd', 'etc/passwd'],
  ['/absolute//path/./file', 'absolute/path/file'],
  ['', null],
  ['   ', null],
  ['{"Path":"nas/backup.zip","UTCDateModified":"20130322T120043Z"}', 'nas/backup.zip'],
  ['{"type":"file","path":"qnap/disk.img"}', 'qnap/disk.img'],
  ['{"broken json', '{"broken json'],
  [
    '<m><v>4</v><p>Z2xhY2llci1kZy5wZGY=</p><lm>20120821T170824Z</lm><ce>1:1:4340ebcf79712dc5e3ef7d50bab98ba5:54687</ce></m>',
    'glacier-dg.pdf',
  ],
  ['=HYPERLINK("http://x")', '=HYPERLINK("http:/x")'],
  ['<img src=x onerror=alert(1)>.png', '<img src=x onerror=alert(1)>.png'],
];

let stack: Stack;
let uploaded: readonly UploadedArchive[];
let summary: TransferSummary;
let objects: readonly StoredCopy[];
let receipts: readonly Receipt[];

beforeAll(async () => {
  stack = await startStack();
  const small = Array.from({ length: 290 }, (_, number) => ({
    description: `small/${number % 7}/${number}.bin`,
    sizeBytes: 1 + ((number * 7919) % 60_000),
  }));
  uploaded = await uploadArchives(stack.clients, [
    ...ODD_NAMES.map(([description], number) => ({ description, sizeBytes: 100 + number })),
    ...SIZES.borders.map((sizeBytes) => ({ description: `border/${sizeBytes}`, sizeBytes })),
    ...SIZES.large.map((sizeBytes) => ({ description: `large/${sizeBytes}`, sizeBytes })),
    ...small,
    { description: 'twice.txt', sizeBytes: 11 },
    { description: 'twice.txt', sizeBytes: 12 },
  ]);
  // Small ones in batches, from 2 MiB on with a workflow each: both ways in one run, over several shards.
  summary = await runToEnd(stack, RUN, {
    prefix: PREFIX,
    tuning: { ownWorkflowUpTo: 0, largeArchiveBytes: 2 * 1024 * 1024, shardArchives: 120 },
  });
  objects = await readObjects(stack.clients.s3);
  receipts = await readReceipts(stack.clients.s3, RUN);
}, 240_000);
afterAll(async () => await stack.close());

test('Glacier rejects an empty archive, so no vault contains one', async () => {
  const upload = stack.clients.glacier.send(
    new UploadArchiveCommand({ accountId: '-', vaultName: VAULT, checksum: sha256(Buffer.alloc(0)), body: '' }),
  );
  await expect(upload).rejects.toBeInstanceOf(GlacierServiceException);
});

test('the bucket contains every archive byte for byte, exactly once, and nothing else', () => {
  expect(uploaded.length).toBeGreaterThanOrEqual(300);
  const byArchive = new Map(objects.map((object) => [object.metadata['glacier-archive-id'], object]));
  expect(byArchive.size).toBe(uploaded.length);
  expect(objects).toHaveLength(uploaded.length);
  for (const { archiveId, sizeBytes, sha256 } of uploaded) {
    expect(byArchive.get(archiveId)).toMatchObject({ sizeBytes, sha256, storageClass: 'STANDARD_IA' });
  }
});

test('keys are the names in the descriptions, under the prefix', () => {
  const keyOf = new Map(objects.map((object) => [object.metadata['glacier-archive-id'], object.key]));
  for (const [position, [, key]] of ODD_NAMES.entries()) {
    const archiveId = uploaded[position]?.archiveId ?? '';
    expect(keyOf.get(archiveId)).toBe(PREFIX + (key ?? `00undefined/${archiveId}`));
  }
  const twice = objects.map(({ key }) => key).filter((key) => key.startsWith(`${PREFIX}twice.txt`));
  expect(twice).toHaveLength(2);
  expect(twice).toContain(`${PREFIX}twice.txt`);
});

test('the object keeps the raw description in its metadata (trimmed by HTTP on upload to Glacier)', () => {
  const described = new Map(objects.map(({ metadata }) => [metadata['glacier-archive-id'], metadata]));
  for (const { archiveId, description } of uploaded) {
    const kept = described.get(archiveId)?.['glacier-description'];
    expect(kept === undefined ? '' : decodeURIComponent(kept)).toBe(description.trim());
  }
});

test('S3 stores one checksum over all bytes of each object: up to 1 MiB the SHA-256, above the CRC32', () => {
  for (const object of objects) {
    const isSmall = object.sizeBytes <= 2 ** 20;
    expect(object.keptSha256).toBe(isSmall ? object.metadata['glacier-tree-hash'] : undefined);
    expect(object.crc32 === undefined).toBe(isSmall);
  }
  for (const { description, sizeBytes, archiveId } of uploaded.filter(({ sizeBytes }) => sizeBytes > 2 ** 20)) {
    const expected = Buffer.alloc(4);
    expected.writeUInt32BE(crc32(bytesOf(`${description} ${sizeBytes}`, sizeBytes)));
    const object = objects.find(({ metadata }) => metadata['glacier-archive-id'] === archiveId);
    expect(object?.crc32).toBe(expected.toString('base64'));
  }
});

test('each archive has one receipt, which agrees with the object and the source', () => {
  expect(receipts.map(({ archiveId }) => archiveId).toSorted()).toEqual(
    uploaded.map(({ archiveId }) => archiveId).toSorted(),
  );
  for (const receipt of receipts) {
    const object = objects.find(({ key }) => key === receipt.key);
    expect(receipt).toMatchObject({ run: RUN, outcome: 'verified', reason: null, message: null });
    expect(receipt.stored).toMatchObject({
      treeHash: receipt.treeHash,
      crc32: object?.crc32 ?? null,
      proof: object?.crc32 === undefined ? 'sha256' : 'crc32',
      sizeBytes: object?.sizeBytes,
      adopted: false,
    });
    expect(receipt.jobIds).toHaveLength(1);
  }
});

test('the summary adds up to the inventory', async () => {
  const bytes = String(uploaded.reduce((sum, { sizeBytes }) => sum + BigInt(sizeBytes), 0n));
  const zero = { waiting: 0, requested: 0, ready: 0, moving: 0, failed: 0, skipped: 0, excluded: 0 };
  expect(summary).toMatchObject({
    run: RUN,
    vault: VAULT,
    state: 'completed',
    archives: { total: uploaded.length, verified: uploaded.length, ...zero },
    bytes: { total: bytes, verified: bytes, waiting: '0', failed: '0' },
    failures: {},
    quarantinedRows: 0,
  });
  expect(await progressOf(stack, RUN)).toMatchObject({
    state: 'completed',
    openShards: [],
    archives: summary.archives,
  });
});

test('one job was initiated for each archive, and each byte was downloaded and uploaded once', () => {
  expect(stack.count('InitiateJob')).toBe(uploaded.length + 1);
  expect(stack.count('GetJobOutput')).toBe(uploaded.length + 1);
  const multipart = SIZES.large.map((sizeBytes) => Math.ceil(sizeBytes / PART_BYTES));
  expect(stack.count('UploadPart')).toBe(multipart.reduce((sum, parts) => sum + parts, 0));
  expect(stack.count('AbortMultipartUpload')).toBe(0);
});

test('shards and archives answer queries', async () => {
  const shard = stack.client.workflow.getHandle(shardWorkflowId(RUN, 1));
  const page = await shard.query<ArchiveStateRow[], [ArchivePageRequest]>(Queries.archives, { from: 130, limit: 10 });
  expect(page.map(({ index }) => index)).toEqual([130, 131, 132, 133, 134, 135, 136, 137, 138, 139]);
  expect(page.every(({ state }) => state === 'verified')).toBe(true);

  const large = uploaded.find(({ sizeBytes }) => sizeBytes === SIZES.large[0]) as UploadedArchive;
  const archive = stack.client.workflow.getHandle(archiveWorkflowId(RUN, large.archiveId));
  expect(await archive.query<ArchiveStatus>(Queries.status)).toMatchObject({
    archiveId: large.archiveId,
    state: 'verified',
    sizeBytes: large.sizeBytes,
    movedBytes: large.sizeBytes,
  });
});

test('workflows are found by search attributes', async () => {
  const found: string[] = [];
  for await (const { workflowId } of stack.client.workflow.list({
    query: `GlacierRun = '${RUN}' AND WorkflowType = 'vaultTransfer' AND TransferState = 'completed'`,
  })) {
    found.push(workflowId);
  }
  expect(found).toEqual([RUN]);
});
