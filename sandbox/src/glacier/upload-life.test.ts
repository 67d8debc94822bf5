import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateVaultCommand,
  InitiateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadMultipartPartCommand,
} from '@aws-sdk/client-glacier';
import { ManualClock } from '../testing/manual-clock';
import { openGlacier, type RunningGlacier } from './testing/glacier-alone';
import { vault } from './testing/glacier-sandbox';

const MIB = 1024 * 1024;
const DAY_MS = 24 * 3_600_000;
/** Published tree hash of 1 MiB of `a`. */
const TREE_HASH = '9bc1b2a288b26af7257a36277ae3816a7d4f16e89c1e7e77d0a5c48bad62b360';
const gone = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };
let root: string;
let running: RunningGlacier;
let uploadId: string;

/** A vault with one upload of one part. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sandbox-'));
  running = await openGlacier(root, new ManualClock());
  await running.glacier.send(new CreateVaultCommand(vault));
  uploadId = await initiate();
  await sendPart();
});

afterEach(async () => {
  await running.close();
  await rm(root, { recursive: true });
});

async function initiate(): Promise<string> {
  const upload = new InitiateMultipartUploadCommand({ ...vault, partSize: String(MIB) });
  return (await running.glacier.send(upload)).uploadId ?? '';
}

const sendPart = () => {
  const part = { ...vault, uploadId, range: `bytes 0-${MIB - 1}/*`, body: Buffer.alloc(MIB, 'a') };
  return running.glacier.send(new UploadMultipartPartCommand(part));
};
const complete = () => {
  const whole = { ...vault, uploadId, archiveSize: String(MIB), checksum: TREE_HASH };
  return running.glacier.send(new CompleteMultipartUploadCommand(whole));
};
const abort = () => running.glacier.send(new AbortMultipartUploadCommand({ ...vault, uploadId }));
const listParts = () => running.glacier.send(new ListPartsCommand({ ...vault, uploadId }));
const storedFiles = () => readdir(join(root, 'blobs'));

test('an upload without activity for a day is gone, and the next listing removes its bytes', async () => {
  running.clock.advance(DAY_MS - 1);
  await sendPart();
  running.clock.advance(DAY_MS - 1);
  expect((await listParts()).Parts).toHaveLength(1);
  running.clock.advance(1);
  for (const use of [listParts, sendPart, complete]) await expect(use()).rejects.toMatchObject(gone);
  expect(await storedFiles()).toHaveLength(1);
  expect((await running.glacier.send(new ListMultipartUploadsCommand(vault))).UploadsList).toEqual([]);
  expect(await storedFiles()).toEqual([]);
});

test('a new upload removes the bytes of idle uploads', async () => {
  running.clock.advance(DAY_MS);
  await initiate();
  expect(await storedFiles()).toEqual([]);
});

test('completing an upload again returns the same archive for a day', async () => {
  const { archiveId } = await complete();
  running.clock.advance(DAY_MS);
  expect((await complete()).archiveId).toBe(archiveId);
  running.clock.advance(1);
  await expect(complete()).rejects.toMatchObject(gone);
});

test('aborting an upload again succeeds for a day, aborting a completed one never', async () => {
  await abort();
  running.clock.advance(DAY_MS);
  await abort();
  running.clock.advance(1);
  await expect(abort()).rejects.toMatchObject(gone);

  uploadId = await initiate();
  await sendPart();
  await complete();
  await expect(abort()).rejects.toMatchObject(gone);
  await expect(listParts()).rejects.toMatchObject(gone);
});
