import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { createClients } from '../../src/aws/clients';
import { ExitCode } from '../../cli/exit-codes';
import { runCli } from '../../cli/program';
import { testCli } from '../../cli/testing';
import { receiptPrefix } from '../../src/ids';
import { connectClient } from '../../src/temporal/connect';
import { runToEnd } from '../support/run';
import { BUCKET, startStack, type Stack } from '../support/stack';
import { bytesOf, listKeys, SIZES, uploadArchives } from '../support/vault';

const ACCOUNT_ID = '111122223333';
const SMALL_BYTES = 2_000;
const SMALL = ['deleted', 'overwritten', 'renamed', 'swapped', 'covered', 'untouched'];

type Line = Readonly<Record<string, unknown>>;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  await uploadArchives(stack.clients, [
    ...SMALL.map((description) => ({ description, sizeBytes: SMALL_BYTES })),
    { description: 'large', sizeBytes: SIZES.large[0] },
  ]);
}, 60_000);
afterAll(async () => await stack.close());

/** `glacier-transfer verify … --json` as a process of its own would run it. */
async function verify(...args: string[]): Promise<{ readonly exitCode: number; readonly lines: readonly Line[] }> {
  const { context, stdout } = testCli();
  const exitCode = await runCli({ ...context, connect: () => connectClient(), aws: createClients }, [
    'verify',
    ...args,
    '--json',
  ]);
  const lines = stdout.text.trimEnd().split('\n');
  return { exitCode, lines: lines.map((line) => JSON.parse(line) as Line) };
}

const differences = (lines: readonly Line[]): readonly string[] =>
  lines
    .filter((line) => line['message_type'] === 'difference')
    .map(({ key, kinds }) => `${String(key)}: ${(kinds as string[]).join(', ')}`)
    .toSorted();

/** Puts another object in the place of an archive's: other bytes, and the metadata as they were but for `change`. */
async function replace(Key: string, Body: Buffer, change: Readonly<Record<string, string>> = {}): Promise<void> {
  const { Metadata } = await stack.clients.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
  const put = { Bucket: BUCKET, Key, Body, Metadata: { ...Metadata, ...change }, ChecksumAlgorithm: 'SHA256' } as const;
  await stack.clients.s3.send(new PutObjectCommand(put));
}

/** What a person or a program may do to objects that are not its own. */
async function tamper(prefix: string): Promise<void> {
  await stack.clients.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: `${prefix}deleted` }));
  const foreign = { Bucket: BUCKET, Key: `${prefix}overwritten`, Body: bytesOf('foreign', SMALL_BYTES) };
  await stack.clients.s3.send(new PutObjectCommand(foreign));
  const own = bytesOf(`renamed ${SMALL_BYTES}`, SMALL_BYTES);
  await replace(`${prefix}renamed`, own, { 'glacier-tree-hash': '0'.repeat(64) });
  const flipped = bytesOf(`swapped ${SMALL_BYTES}`, SMALL_BYTES);
  flipped[1_234] = (flipped[1_234] as number) ^ 1;
  await replace(`${prefix}swapped`, flipped);
  await replace(`${prefix}covered`, bytesOf(`covered ${SMALL_BYTES}`, SMALL_BYTES));
}

test.each([
  ['without versions', 'plain', 0],
  ['with versions', 'versioned', 2_000],
])(
  'in a bucket %s, verify reports each changed object and no other',
  async (_, run, ownWorkflowUpTo) => {
    const Status = run === 'versioned' ? 'Enabled' : undefined;
    if (Status !== undefined) {
      const VersioningConfiguration = { Status } as const;
      await stack.clients.s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
    }
    const prefix = `${run}/`;
    const archives = SMALL.length + 1;
    const summary = await runToEnd(stack, run, { prefix, tuning: { ownWorkflowUpTo } });
    expect(summary).toMatchObject({ state: 'completed', archives: { total: archives, verified: archives } });

    const clean = await verify(run, '--read-data-subset', 'all');
    expect(clean.exitCode).toBe(ExitCode.Ok);
    expect(clean.lines).toMatchObject([
      { message_type: 'verifying', run, head_requests: archives, expected_reads: archives },
      ...Array.from({ length: archives }, () => ({ message_type: 'verified', proof: 'read-back' })),
      { message_type: 'verification', verified: archives, different: 0, read_objects: archives, archived_objects: 0 },
    ]);
    const byBucket = await verify(run, '--bucket', BUCKET, '--bucket-owner', ACCOUNT_ID);
    expect(byBucket.exitCode).toBe(ExitCode.Ok);
    expect(byBucket.lines.at(-1)).toMatchObject({
      expected_archives: archives,
      different: 0,
      read_objects: 0,
      proofs: { sha256: SMALL.length, read_back: 0, crc32: 1, metadata: 0 },
    });

    await tamper(prefix);
    const { exitCode, lines } = await verify(run);
    expect(exitCode).toBe(ExitCode.Mismatch);
    const others = [`${prefix}overwritten: checksum, etag, metadata`, `${prefix}swapped: checksum, etag`];
    expect(differences(lines)).toEqual(
      run === 'plain'
        ? [`${prefix}deleted: missing`, others[0], `${prefix}renamed: metadata`, others[1]]
        : [
            `${prefix}covered: version`,
            `${prefix}deleted: missing`,
            `${prefix}overwritten: version, checksum, etag, metadata`,
            `${prefix}renamed: version, metadata`,
            `${prefix}swapped: version, checksum, etag`,
          ],
    );
    expect(lines.at(-1)).toMatchObject({ message_type: 'exit_error', code: ExitCode.Mismatch });

    // Damaged records: an archive without a receipt is one that is not accounted for.
    const [receipt] = await listKeys(stack.clients.s3, receiptPrefix(run));
    await stack.clients.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: receipt }));
    const unaccounted = differences((await verify(run)).lines).filter((line) => line.endsWith(': no-receipt'));
    expect(unaccounted.length).toBeGreaterThan(0);
  },
  90_000,
);

test('verify fails for a bucket of another account and for a bucket without the run', async () => {
  const foreign = await verify('plain', '--bucket', BUCKET, '--bucket-owner', '999999999999');
  expect(foreign.exitCode).toBe(ExitCode.Configuration);
  const none = await verify('never', '--bucket', BUCKET);
  expect(none.exitCode).toBe(ExitCode.Usage);
});
