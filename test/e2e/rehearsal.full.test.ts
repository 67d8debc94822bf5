import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { HeadObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { VirtualContent } from 'glacier-sandbox/testing';
import type { FaultScript } from 'glacier-sandbox';
import { runToEnd } from '../support/run';
import { BUCKET, startStack, VAULT, type Stack } from '../support/stack';

const MIB = 1024 * 1024;

/** Faults after which every archive must still end as verified. */
const FAULTS: FaultScript['rules'] = [
  { fault: 'error', on: 'glacier:InitiateJob', code: 'ThrottlingException', probability: 0.05 },
  { fault: 'error', on: 'glacier:GetJobOutput', code: 'ServiceUnavailableException', every: 25 },
  { fault: 'error', on: 's3:PutObject', code: 'SlowDown', every: 40 },
  { fault: 'error', on: 's3:UploadPart', code: 'InternalError', at: [2] },
  { fault: 'reset', on: 'glacier:GetJobOutput', afterBytes: 3000, at: [9, 33] },
  { fault: 'reset', on: 's3:PutObject', at: [20] },
  { fault: 'truncate', on: 'glacier:GetJobOutput', afterBytes: 500, contentLength: 'kept', at: [12] },
  { fault: 'truncate', on: 'glacier:GetJobOutput', afterBytes: 500, contentLength: 'adjusted', at: [17] },
  { fault: 'flip-bit', on: 'glacier:GetJobOutput', at: [6, 28, 61] },
  { fault: 'header', on: 'glacier:GetJobOutput', header: 'x-amz-sha256-tree-hash', value: null, every: 10 },
  { fault: 'lose-reply', on: 's3:PutObject', at: [30, 50] },
  { fault: 'lose-reply', on: 's3:CompleteMultipartUpload', at: [1] },
  { fault: 'expire-job', on: 'glacier:GetJobOutput', at: [41] },
  { fault: 'notification-lost', probability: 0.1 },
  { fault: 'notification-doubled', probability: 0.2 },
  { fault: 'notification-reordered', probability: 0.2 },
  { fault: 'notification-malformed', at: [7] },
];

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ sandbox: { discardBodies: { keepPrefixes: ['.glacier-transfer/'] } } });
}, 60_000);
afterAll(() => stack.close());

test('a generated vault is moved under every kind of fault into a bucket that discards bodies', async () => {
  const names = { plain: 5, 'fastglacier-v4': 2, blank: 1 };
  const sizes = [
    { weight: 99, from: '1B', to: '64KiB' },
    { weight: 1, size: '17MiB' },
  ];
  const { archives } = await stack.sandbox.seed(VAULT, {
    seed: 'rehearsal',
    count: 200,
    sizes,
    names,
    duplicates: 0.05,
  });
  stack.sandbox.faults.add({ seed: 3, rules: FAULTS });
  const summary = await runToEnd(stack, 'rehearsal', { tuning: { ownWorkflowUpTo: 0, largeArchiveBytes: MIB } });
  expect(summary).toMatchObject({ state: 'completed', archives: { total: archives, verified: archives } });

  for (const { rule, injected } of stack.sandbox.faults.report())
    expect([rule.fault, injected]).not.toEqual([rule.fault, 0]);
  expect(await checkedObjects()).toBe(archives);
}, 180_000);

/** How many objects there are whose stored checksum is that of the bytes of the archive they name. */
async function checkedObjects(): Promise<number> {
  const { s3 } = stack.clients;
  let checked = 0;
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: BUCKET })) {
    for (const { Key = '', Size = 0 } of Contents) {
      if (Key.startsWith('.glacier-transfer/')) continue;
      const at = { Bucket: BUCKET, Key };
      const head = await s3.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
      const bytes = bytesOf(String(head.Metadata?.['glacier-archive-id']), Size);
      expect(head.ChecksumSHA256 ?? head.ChecksumCRC32).toBe(Size <= MIB ? sha256Of(bytes) : crc32Of(bytes));
      checked += 1;
    }
  }
  return checked;
}

const bytesOf = (archiveId: string, sizeBytes: number): Iterable<Buffer> =>
  new VirtualContent(archiveId, sizeBytes).read({ start: 0, end: sizeBytes - 1 });

function sha256Of(pieces: Iterable<Buffer>): string {
  const hash = createHash('sha256');
  for (const bytes of pieces) hash.update(bytes);
  return hash.digest('base64');
}

function crc32Of(pieces: Iterable<Buffer>): string {
  let value = 0;
  for (const bytes of pieces) value = crc32(bytes, value);
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(value);
  return digest.toString('base64');
}
