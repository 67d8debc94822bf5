import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetJobOutputCommand, type GlacierClient } from '@aws-sdk/client-glacier';
import { describeJob, initiateJob } from '../src/aws/glacier-jobs';
import { startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';
import { downloadInventory } from './inventory-source';

type Rule = Readonly<Record<string, unknown>>;

const MIB = 2 ** 20;
const NEVER = new AbortController().signal;

let bench: ActivityBench;
let glacier: GlacierClient;
let folder: string;
let jobId: string;
let whole: Buffer;
/** First byte of each GetJobOutput request. */
const starts: number[] = [];

beforeAll(async () => {
  bench = await startActivityBench();
  ({ glacier } = bench.clients);
  folder = await mkdtemp(join(tmpdir(), 'downloads-'));
  await bench.sandbox.seed(SETTINGS.vault, { count: 9_000 });
  jobId = await initiateJob(glacier, SETTINGS, { Type: 'inventory-retrieval' });
  await until(async () => (await describeJob(glacier, SETTINGS, jobId))?.Completed === true);
  const { body } = await glacier.send(new GetJobOutputCommand({ accountId: '-', vaultName: SETTINGS.vault, jobId }));
  whole = Buffer.from((await body?.transformToByteArray()) ?? []);
  glacier.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { range } = args.input as { readonly range?: string };
        if (commandName === 'GetJobOutputCommand') starts.push(Number(/=(\d+)-/.exec(range ?? '')?.[1] ?? 0));
        return await next(args);
      },
    { step: 'initialize' },
  );
});
afterEach(() => bench.sandbox.faults.clear());
afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true });
});

/** First bytes of the requests that `work` sends. */
async function startsOf(work: () => Promise<unknown>): Promise<number[]> {
  starts.length = 0;
  await work();
  return [...starts];
}

async function download(id = jobId, signal = NEVER): Promise<Buffer> {
  const path = join(folder, 'inventory.json');
  await downloadInventory(glacier, SETTINGS, id, path, signal);
  return await readFile(path);
}

const inject = (...rules: Rule[]): void => bench.sandbox.faults.add({ rules });
const on = 'glacier:GetJobOutput';
const AFTER = MIB + 500_000;

test('an inventory of several MiB is downloaded with one request if nothing fails', async () => {
  expect(whole.length).toBeGreaterThan(3 * MIB);
  expect(await startsOf(async () => expect((await download()).equals(whole)).toBe(true))).toEqual([0]);
});

test('a truncated inventory download continues after the last whole MiB', async () => {
  inject({ fault: 'truncate', on, afterBytes: AFTER, contentLength: 'adjusted', times: 2 });
  const requested = await startsOf(async () => expect((await download()).equals(whole)).toBe(true));
  expect(requested).toEqual([0, MIB, 2 * MIB]);
}, 20_000);

test.each<[string, Rule]>([
  ['is reset', { fault: 'reset', on, afterBytes: AFTER, times: 2 }],
  ['breaks off', { fault: 'truncate', on, afterBytes: AFTER, contentLength: 'kept', times: 2 }],
])(
  'an inventory download whose connection %s is completed',
  async (_case, rule) => {
    inject(rule);
    const requested = await startsOf(async () => expect((await download()).equals(whole)).toBe(true));
    expect(requested).toHaveLength(3);
    for (const start of requested) expect(start % MIB).toBe(0);
  },
  20_000,
);

test.each<[string, Rule]>([
  ['is unavailable', { fault: 'error', on, code: 'ServiceUnavailableException', at: [2, 3, 4, 5, 6, 7] }],
  ['sends another range', { fault: 'header', on, header: 'Content-Range', value: 'bytes 0-1/2', at: [2] }],
])(
  'an inventory download is retried while Glacier %s for a moment',
  async (_case, rule) => {
    inject({ fault: 'reset', on, afterBytes: AFTER, at: [1] }, rule);
    expect((await download()).equals(whole)).toBe(true);
  },
  20_000,
);

test('an inventory download fails after exactly four attempts without progress', async () => {
  inject({ fault: 'reset', on, afterBytes: 1_000 });
  const requested = await startsOf(() => expect(download()).rejects.toMatchObject({ code: 'ECONNRESET' }));
  expect(requested).toEqual([0, 0, 0, 0]);
}, 20_000);

/** Glacier with another description of the job. */
const describing = (described: object): GlacierClient =>
  ({
    send: async (command: object) =>
      command instanceof GetJobOutputCommand ? await glacier.send(command) : { Completed: true, ...described },
  }) as unknown as GlacierClient;

test('an inventory longer than Glacier reported is rejected', async () => {
  const work = downloadInventory(
    describing({ InventorySizeInBytes: MIB }),
    SETTINGS,
    jobId,
    join(folder, 'longer'),
    NEVER,
  );
  await expect(work).rejects.toMatchObject({ name: 'WrongLength' });
}, 20_000);

test('an expired inventory job and a running one fail with different types', async () => {
  await expect(download('x'.repeat(92))).rejects.toMatchObject({ type: 'JobExpired' });
  const work = downloadInventory(
    describing({ InventorySizeInBytes: null }),
    SETTINGS,
    jobId,
    join(folder, 'early'),
    NEVER,
  );
  await expect(work).rejects.toMatchObject({ type: 'JobNotReady' });
});

test('an expired inventory output and an abort are not retried', async () => {
  const aborted = AbortSignal.abort(new Error('cancelled by test'));
  await expect(download(jobId, aborted)).rejects.toMatchObject({ name: 'AbortError' });
  inject({ fault: 'expire-job', on, at: [1] });
  expect(await startsOf(() => expect(download()).rejects.toMatchObject({ type: 'JobExpired' }))).toHaveLength(1);
});
