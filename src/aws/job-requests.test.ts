import { performance } from 'node:perf_hooks';
import { DescribeJobCommand, ListJobsCommand, type GlacierJobDescription } from '@aws-sdk/client-glacier';
import type { FaultScript } from 'glacier-sandbox';
import { startSandboxClients, store, vault, type SandboxClients } from 'glacier-sandbox/testing';
import { AdaptiveRate } from './adaptive-rate';
import { initiateJob } from './glacier-jobs';
import { JobRequests, type JobRequest } from './job-requests';

const VAULT = vault.vaultName;
const PATIENCE_MS = 200;
const never = new AbortController().signal;

let sandbox: SandboxClients;
let ArchiveId: string;
let jobs: JobRequests;
let description = 0;
let order: JobRequest;

beforeAll(async () => {
  // No job completes during the search, except for expedited ones.
  const delaysMs = { bulk: 600_000, standard: 600_000, expedited: 0, inventory: 0 };
  sandbox = await startSandboxClients({ delaysMs });
  ArchiveId = await store(sandbox, Buffer.alloc(3 * 2 ** 20, 'bytes '));
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.sandbox.faults.clear();
  jobs = newProcess();
  description += 1;
  order = archiveOrder(`gt1:run-1/shard-000000:${description}`);
});

const archiveOrder = (Description: string): JobRequest => ({
  Type: 'archive-retrieval',
  ArchiveId,
  Tier: 'Bulk',
  Description,
});
const newProcess = (): JobRequests =>
  new JobRequests({ glacier: sandbox.glacier, glacierOnce: sandbox.glacier }, new AdaptiveRate(), PATIENCE_MS);
const inject = (...rules: FaultScript['rules']): void => sandbox.sandbox.faults.add({ seed: 7, rules });
const calls = (operation: string): number => sandbox.calls.filter((call) => call.operation === operation).length;
const ask = (askedBeforeMs: number | null = null, signal = never) => jobs.request(VAULT, order, askedBeforeMs, signal);
const askAgain = () => ask(performance.now());
const begin = (changes: object = {}) => initiateJob(sandbox.glacier, { vault: VAULT }, { ...order, ...changes });

/** Every job of the vault with this description. */
async function begun(of = order.Description): Promise<GlacierJobDescription[]> {
  const found: GlacierJobDescription[] = [];
  let marker: string | undefined;
  do {
    const page = await sandbox.glacier.send(new ListJobsCommand({ ...vault, marker }));
    found.push(...(page.JobList ?? []));
    marker = page.Marker;
  } while (marker !== undefined);
  return found.filter((job) => job.JobDescription === of);
}
const idsOf = (found: readonly GlacierJobDescription[]) => found.map(({ JobId }) => JobId);

test('a job is initiated with one request and without reading the job list', async () => {
  const [asked, listed] = [calls('InitiateJob'), calls('ListJobs')];
  const jobId = await ask();
  expect([calls('InitiateJob') - asked, calls('ListJobs') - listed]).toEqual([1, 0]);
  expect(idsOf(await begun())).toEqual([jobId]);
  expect(jobs.throttle).toBeNull();
});

describe('a job whose response was lost is initiated once', () => {
  const once = { on: 'glacier:InitiateJob', times: 1 };
  test.each<[string, FaultScript['rules'][number]]>([
    ['the response is lost', { fault: 'lose-reply', ...once }],
    ['the response is lost each time', { fault: 'lose-reply', on: 'glacier:InitiateJob' }],
    ['the connection is reset before the request is processed', { fault: 'reset', ...once }],
    ['Glacier fails', { fault: 'error', code: 'InternalFailure', ...once }],
    ['Glacier is unavailable', { fault: 'error', code: 'ServiceUnavailableException', ...once, times: 2 }],
  ])('if %s', async (_name, rule) => {
    inject(rule);
    const jobId = await ask();
    expect(idsOf(await begun())).toEqual([jobId]);
  });
});

test('a job request fails if Glacier stays unavailable, and no job is initiated', async () => {
  inject({ fault: 'error', on: 'glacier:InitiateJob', code: 'InternalFailure' });
  await expect(ask()).rejects.toMatchObject({ name: 'InternalFailure' });
  expect(await begun()).toEqual([]);
  expect(jobs.isPossiblyInitiated(order.Description)).toBe(false);
});

test('if the job list cannot be read, the next request searches it first', async () => {
  inject(
    { fault: 'lose-reply', on: 'glacier:InitiateJob', times: 1 },
    { fault: 'error', on: 'glacier:ListJobs', code: 'AccessDeniedException' },
  );
  await expect(ask()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(jobs.isPossiblyInitiated(order.Description)).toBe(true);
  sandbox.sandbox.faults.clear();
  const jobId = await ask();
  expect(idsOf(await begun())).toEqual([jobId]);
  expect(jobs.isPossiblyInitiated(order.Description)).toBe(false);
});

describe('throttling of job requests', () => {
  test('is waited out', async () => {
    inject({ fault: 'error', on: 'glacier:InitiateJob', code: 'ThrottlingException', times: 3 });
    const jobId = await ask();
    expect(idsOf(await begun())).toEqual([jobId]);
    expect(jobs.throttle?.requestsPerSecond).toBeLessThan(100);
  });

  test('returns null if it lasts, and no job is initiated', async () => {
    inject({ fault: 'error', on: 'glacier:InitiateJob', code: 'ThrottlingException' });
    for (;;) {
      if ((await ask()) === null) break;
    }
    expect(jobs.throttle?.requestsPerSecond).toBeLessThan(100);
    expect(await begun()).toEqual([]);
  });

  test('is not waited out after an abort', async () => {
    inject({ fault: 'error', on: 'glacier:InitiateJob', code: 'ThrottlingException' });
    const stopping = new AbortController();
    const asked = new JobRequests({ glacier: sandbox.glacier, glacierOnce: sandbox.glacier }, undefined, 600_000);
    const waiting = asked.request(VAULT, order, null, stopping.signal);
    stopping.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow(/stopped|aborted/);
  });
});

test.each(['PolicyEnforcedException', 'AccessDeniedException', 'InvalidParameterValueException'])(
  'a job request that fails with %s is not repeated',
  async (code) => {
    inject({ fault: 'error', on: 'glacier:InitiateJob', code });
    const before = calls('InitiateJob');
    await expect(ask()).rejects.toMatchObject({ name: code });
    expect(calls('InitiateJob') - before).toBe(1);
    expect(jobs.isPossiblyInitiated(order.Description)).toBe(false);
  },
);

describe('a job of an earlier attempt', () => {
  test('is adopted by another process', async () => {
    const jobId = await newProcess().request(VAULT, order, null, never);
    expect(await askAgain()).toBe(jobId);
    expect(await begun()).toHaveLength(1);
  });

  test('is also adopted if it has completed', async () => {
    const jobId = await begin({ Tier: 'Expedited' });
    expect(await askAgain()).toBe(jobId);
  });

  test.each<[string, object]>([
    ['another description', { Description: 'mtijob1 eyJ0eXBlIjoiZnVsbCJ9' }],
    ['another number', { Description: 'gt1:run-1/shard-000000:999999' }],
    ['no description', { Description: undefined }],
    ['a part of the archive', { RetrievalByteRange: '0-1048575' }],
  ])('is left alone if it has %s', async (_name, changes) => {
    const foreign = await begin(changes);
    const jobId = await askAgain();
    expect(jobId).not.toBe(foreign);
    const kept = await sandbox.glacier.send(new DescribeJobCommand({ ...vault, jobId: foreign }));
    expect(kept.StatusCode).toBe('InProgress');
  });

  test('is not adopted if it is for another archive with the same description', async () => {
    const other = await store(sandbox, Buffer.from('other'));
    const foreign = await begin({ ArchiveId: other });
    expect(await askAgain()).not.toBe(foreign);
  });

  test('is initiated again if it has failed', async () => {
    inject({ fault: 'job-fails' });
    const failed = await begin({ Tier: 'Expedited' });
    sandbox.sandbox.faults.clear();
    expect(await askAgain()).not.toBe(failed);
  });

  test('is initiated again if Glacier lists it but no longer has it', async () => {
    const gone = await begin({ Tier: 'Expedited' });
    inject({ fault: 'error', on: 'glacier:DescribeJob', code: 'ResourceNotFoundException' });
    const jobId = await askAgain();
    expect(jobId).not.toBe(gone);
    expect(await begun()).toHaveLength(2);
  });
});

test('concurrent searches share one reading of the job list, which ends with the page of the last wanted job', async () => {
  const orders = Array.from({ length: 130 }, (_, index) => archiveOrder(`gt1:run-2/shard-000000:${index}`));
  const ids: (string | null)[] = [];
  for (const one of orders) ids.push(await newProcess().request(VAULT, one, null, never));
  const pagesBefore = Math.floor((await everyJobBefore(ids[0])) / 50);
  const lastPage = Math.floor((await everyJobBefore(ids[79])) / 50);

  const before = calls('ListJobs');
  const atMs = performance.now();
  const found = await Promise.all(orders.slice(0, 80).map((one) => jobs.request(VAULT, one, atMs, never)));
  expect(found).toEqual(ids.slice(0, 80));
  expect(calls('ListJobs') - before).toBeLessThanOrEqual(lastPage + 1);
  expect(lastPage).toBeGreaterThan(pagesBefore);

  // A job initiated after a reading has started may be missing from it: the list is read again.
  expect(await jobs.request(VAULT, orders[0] as JobRequest, performance.now(), never)).toBe(ids[0]);
  expect(calls('ListJobs') - before).toBeLessThanOrEqual(lastPage + 1 + pagesBefore + 1);
});

/** The number of jobs before this one in the list. */
async function everyJobBefore(jobId: string | null | undefined): Promise<number> {
  let before = 0;
  let marker: string | undefined;
  do {
    const page = await sandbox.glacier.send(new ListJobsCommand({ ...vault, marker }));
    const at = (page.JobList ?? []).findIndex(({ JobId }) => JobId === jobId);
    if (at !== -1) return before + at;
    before += page.JobList?.length ?? 0;
    marker = page.Marker;
  } while (marker !== undefined);
  return before;
}

describe('an inventory job of an earlier attempt', () => {
  const inventoryOrder = (Description: string): JobRequest => ({
    Type: 'inventory-retrieval',
    Format: 'JSON',
    Description,
  });

  test('is adopted if it is for the whole vault', async () => {
    order = inventoryOrder('gt1:run-3:-1');
    const jobId = await begin();
    expect(await askAgain()).toBe(jobId);
  });

  test.each<[string, object]>([
    ['a part', { InventoryRetrievalParameters: { Limit: '10' } }],
    ['of some days', { InventoryRetrievalParameters: { StartDate: '2020-01-01T00:00:00Z' } }],
    ['in CSV', { Format: 'CSV' }],
  ])('is not adopted if it is %s', async (name, changes) => {
    order = inventoryOrder(`gt1:run-3-${name.replaceAll(' ', '-')}:-1`);
    const partial = await begin(changes);
    expect(await askAgain()).not.toBe(partial);
  });
});
