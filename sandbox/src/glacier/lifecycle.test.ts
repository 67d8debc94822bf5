import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateVaultCommand,
  DeleteArchiveCommand,
  DeleteVaultCommand,
  DescribeJobCommand,
  GetJobOutputCommand,
  InitiateJobCommand,
  type JobParameters,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import { ManualClock } from '../testing/manual-clock';
import { openGlacier, type RunningGlacier } from './testing/glacier-alone';
import { jobEnded, vault } from './testing/glacier-sandbox';

const HOUR_MS = 3_600_000;
const JOB_TOPIC = 'arn:aws:sns:us-east-1:111122223333:jobs';
const BYTES = Buffer.from('hello world');

let root: string;
let opened: RunningGlacier[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sandbox-'));
  opened = [];
});

afterEach(async () => {
  for (const running of opened) await running.close();
  await rm(root, { recursive: true });
});

/** Tiers take 1, 4 and 10 hours. */
async function open(folder: string, clock = new ManualClock()): Promise<RunningGlacier> {
  const running = await openGlacier(join(root, folder), clock, { topicArns: [JOB_TOPIC] });
  opened.push(running);
  return running;
}

async function openWithArchive(): Promise<RunningGlacier & { archiveId: string }> {
  const running = await open('data');
  await running.glacier.send(new CreateVaultCommand(vault));
  const { archiveId = '' } = await running.glacier.send(new UploadArchiveCommand({ ...vault, body: BYTES }));
  return { ...running, archiveId };
}

async function start({ glacier }: RunningGlacier, jobParameters: JobParameters): Promise<string> {
  return (await glacier.send(new InitiateJobCommand({ ...vault, jobParameters }))).jobId ?? '';
}

const describeJob = ({ glacier }: RunningGlacier, jobId: string) =>
  glacier.send(new DescribeJobCommand({ ...vault, jobId }));

async function outputOf({ glacier }: RunningGlacier, jobId: string): Promise<string | undefined> {
  const { body } = await glacier.send(new GetJobOutputCommand({ ...vault, jobId }));
  return body?.transformToString();
}

const storedFiles = (folder: string): Promise<string[]> => readdir(join(root, folder, 'blobs'));

test('a job completes after the delay of its tier, and its output lives for a day', async () => {
  const running = await openWithArchive();
  const { clock, archiveId } = running;
  const jobId = await start(running, { Type: 'archive-retrieval', ArchiveId: archiveId, Tier: 'Standard' });
  clock.advance(4 * HOUR_MS - 1);
  expect(await describeJob(running, jobId)).toMatchObject({ Completed: false, StatusCode: 'InProgress' });
  clock.advance(1);
  expect(await describeJob(running, jobId)).toMatchObject({
    Completed: true,
    StatusCode: 'Succeeded',
    StatusMessage: 'Succeeded',
    CreationDate: '2026-01-01T00:00:00.000Z',
    CompletionDate: '2026-01-01T04:00:00.000Z',
  });
  clock.advance(24 * HOUR_MS - 1);
  expect(await outputOf(running, jobId)).toBe('hello world');
  clock.advance(1);
  const gone = { name: 'ResourceNotFoundException', message: `The job ID was not found: ${jobId}` };
  await expect(describeJob(running, jobId)).rejects.toMatchObject(gone);
  await expect(outputOf(running, jobId)).rejects.toMatchObject(gone);
});

test('a job fails and notifies if its archive is deleted while it runs', async () => {
  const running = await openWithArchive();
  const { glacier, clock, archiveId, published } = running;
  const jobId = await start(running, { Type: 'archive-retrieval', ArchiveId: archiveId, SNSTopic: JOB_TOPIC });
  await glacier.send(new DeleteArchiveCommand({ ...vault, archiveId }));
  clock.advance(4 * HOUR_MS);
  const failed = { Completed: true, StatusCode: 'Failed', StatusMessage: expect.stringContaining(archiveId) };
  expect(await describeJob(running, jobId)).toMatchObject(failed);
  expect(published).toEqual([[JOB_TOPIC, expect.objectContaining({ JobId: jobId, ...failed })]]);
  await expect(outputOf(running, jobId)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('the output of a finished job outlives its archive but not its job', async () => {
  const running = await openWithArchive();
  const { glacier, clock, archiveId } = running;
  const jobId = await start(running, { Type: 'archive-retrieval', ArchiveId: archiveId });
  clock.advance(4 * HOUR_MS);
  await glacier.send(new DeleteArchiveCommand({ ...vault, archiveId }));
  expect(await outputOf(running, jobId)).toBe('hello world');
  clock.advance(24 * HOUR_MS);
  while ((await storedFiles('data')).length > 0);
});

test('an inventory job lists the vault as of its initiation', async () => {
  const running = await openWithArchive();
  const { glacier, clock, archiveId } = running;
  const jobId = await start(running, { Type: 'inventory-retrieval' });
  await glacier.send(new DeleteArchiveCommand({ ...vault, archiveId }));
  clock.advance(4 * HOUR_MS);
  await jobEnded(glacier, jobId);
  const inventory = JSON.parse((await outputOf(running, jobId)) ?? '');
  expect(inventory.InventoryDate).toBe('2026-01-01T00:00:00Z');
  expect(inventory.ArchiveList).toHaveLength(1);
});

test('deleting a vault removes its jobs', async () => {
  const running = await openWithArchive();
  const { glacier, clock, archiveId } = running;
  await start(running, { Type: 'inventory-retrieval', SNSTopic: JOB_TOPIC });
  await glacier.send(new DeleteArchiveCommand({ ...vault, archiveId }));
  await glacier.send(new DeleteVaultCommand(vault));
  clock.advance(4 * HOUR_MS);
  expect(running.published).toEqual([]);
  expect(await storedFiles('data')).toEqual([]);
});

test('bytes, running jobs and finished jobs are resumed after a kill', async () => {
  const running = await openWithArchive();
  const { archiveId, clock } = running;
  const archiveJob = { Type: 'archive-retrieval', ArchiveId: archiveId, SNSTopic: JOB_TOPIC };
  const early = await start(running, { ...archiveJob, Tier: 'Expedited' });
  const late = await start(running, { ...archiveJob, Tier: 'Bulk' });
  clock.advance(HOUR_MS);
  // The files as they are now, while the service still runs, are what `kill -9` would leave.
  await cp(join(root, 'data'), join(root, 'killed'), { recursive: true });
  await cp(join(root, 'killed', 'journal.jsonl'), join(root, 'killed', 'blobs', 'half.unfinished'));

  const later = new ManualClock(clock.now() + 12 * HOUR_MS);
  const revived = await open('killed', later);
  expect(await storedFiles('killed')).toHaveLength(1);
  expect(await outputOf(revived, early)).toBe('hello world');
  expect(revived.published).toEqual([]);
  later.advance(0);
  expect(await describeJob(revived, late)).toMatchObject({ StatusCode: 'Succeeded' });
  expect(revived.published).toEqual([[JOB_TOPIC, expect.objectContaining({ JobId: late })]]);
  expect(await outputOf(revived, late)).toBe('hello world');
  later.advance(12 * HOUR_MS);
  await expect(describeJob(revived, early)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
