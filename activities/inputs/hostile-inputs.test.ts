import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, jsonValue, pre } from 'fast-check';
import { startActivityBench, type ActivityBench } from '../../test/support/activity-bench';
import { ARCHIVE, SETTINGS, STORED } from '../../test/support/samples';
import { emptyTally } from '../../src/domain/tally';
import { archiveWorkflowId, shardWorkflowId } from '../../src/ids';
import type { BytesActivities, ControlActivities } from '..';
import { bytesInputs, controlInputs } from './activity-inputs';

type Activities = BytesActivities & ControlActivities;
type Name = keyof Activities;
type Path = readonly (string | number)[];

const SECRET = 'INJECTION-SECRET: hunter2';
let bench: ActivityBench;
let folder: string;
beforeAll(async () => {
  bench = await startActivityBench();
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  await writeFile(join(folder, 'secret'), SECRET);
});
afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true });
});

const treeHash = 'ab'.repeat(32);
const settings = {
  ...SETTINGS,
  prefix: 'p/',
  inventory: 's3://lists/inventory.json',
  names: 's3://lists/names.csv',
  filter: {
    include: ['*.jpg'],
    exclude: ['x/'],
    fromDate: '2020-01-01T00:00:00Z',
    toDate: '2021-01-01T00:00:00Z',
    minSizeBytes: 1,
    maxSizeBytes: 2,
    idsFrom: 's3://lists/ids.txt',
    limit: 3,
  },
  topicArn: 'arn:aws:sns:us-east-1:111122223333:glacier-transfer',
  continueAsNewAfter: 100,
  readAdopted: true,
};
const archive = { ...ARCHIVE, key: 'p/k', treeHash };
const at = '2026-05-02T00:00:00.000Z';
const ended = { reason: 'Cancelled', message: 'm', jobIds: ['j'] } as const;
const range = { range: 0, treeHash, crc32: 1, sizeBytes: 9 };
const jobId = 'j';
const uploadId = 'u';
const proved = [{ part: 1, root: treeHash, crc32: 1 }];
const tally = emptyTally();

/** A valid input of each activity with every field set. Requests have their own test. */
const VALID: { readonly [N in Exclude<Name, 'checkRequest' | 'checkSeries'>]: Parameters<Activities[N]> } = {
  initiateInventory: [settings],
  prepareInventory: [settings, jobId],
  findPreparedInventory: [settings],
  resumeRun: [settings, 2, 1, [0]],
  openShard: [settings, 0, true],
  settleLostShard: [settings, 0],
  findClosedShards: ['run-1', [0]],
  initiateRetrieval: [settings, 0, 3, archiveWorkflowId('run-1', 'arc'), false],
  checkJobs: [settings, [{ index: -1, jobId }]],
  initiateBatch: [
    {
      settings,
      shard: 0,
      workflowId: shardWorkflowId('run-1', 0),
      batch: 1,
      indexes: [1],
      mayHaveJobs: [1],
      requestsPerSecond: 5,
    },
  ],
  createUpload: [settings, archive],
  abortStrayUploads: [settings, archive, 0],
  completeUpload: [{ settings, archive, uploadId, ranges: [range] }],
  abortUpload: [{ settings, archive, uploadId }],
  writeReceipt: [
    settings,
    3,
    {
      ...ended,
      shard: 0,
      outcome: 'failed',
      stored: { ...STORED, treeHash },
      requestedAt: at,
      readyAt: at,
      settledAt: at,
    },
  ],
  writeReceipts: [settings, 0, 1, [{ ...ended, index: 3, outcome: 'skipped' }]],
  writeSummary: [
    settings,
    {
      run: 'run-1',
      vault: 'photos',
      state: 'completed',
      quarantinedRows: 0,
      failures: { HashMismatch: 1 },
      startedAt: at,
      finishedAt: at,
      location: 's3://destination/.glacier-transfer/run-1/',
      ...tally,
    },
  ],
  cancelRun: ['run-1'],
  updateRuns: [['run-1'], 'pause'],
  moveWhole: [{ settings, archive, jobId }],
  moveRange: [{ settings, archive, jobId, uploadId, range: 0, proved }],
  moveBatch: [
    { settings, shard: 0, batch: 1, jobs: [{ index: 3, jobId, requestedAtMs: 1, readyAtMs: 2, lastTry: false }] },
  ],
  readAdopted: [
    {
      settings,
      archive,
      crc32: 'AAAAAA==',
      progress: { etag: '"e"', reads: 1, doneBytes: 1, roots: [{ leaves: 1, root: treeHash }] },
    },
  ],
};
const NAMES = Object.keys(VALID) as (keyof typeof VALID)[];
const INPUTS = { ...controlInputs, ...bytesInputs };

/** Fields that accept any text: written by tools and people, or returned by S3. */
const FREE_TEXT =
  /(^|\.)(description|message|location|creationDate|etag|versionId|requestId|stored\.(storageClass|crc32)|filter\.(include|exclude)\.\d+)$/;
/** Keys of objects and their prefix: any text without control characters. */
const KEY = /(^|\.)(key|prefix)$/;

const pathsOf = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null
    ? [
        path,
        ...Object.entries(value).flatMap(([field, inner]) =>
          pathsOf(inner, [...path, Array.isArray(value) ? Number(field) : field]),
        ),
      ]
    : [path];

/** The input with another value at that path. */
function changed(input: unknown, [field, ...rest]: Path, value: unknown): unknown {
  if (field === undefined) return value;
  if (Array.isArray(input)) return input.map((item, index) => (index === field ? changed(item, rest, value) : item));
  const record = input as Record<string, unknown>;
  return { ...record, [field]: changed(record[field], rest, value) };
}

/** Settings have one schema: each of its fields is tested in one activity, and the one once used in SQL in all of them. */
const TESTS_SETTINGS = 'prepareInventory';
const isTested = (name: keyof typeof VALID, path: Path): boolean => {
  const place = path.join('.');
  const ofSettings = VALID[name][0] === settings ? /^0\./ : /^0\.settings\./;
  return name === TESTS_SETTINGS || !ofSettings.test(place) || place.endsWith('filter.minSizeBytes');
};

/** Paths, SQL, shell commands, foreign addresses, and values of the wrong type. */
const hostileTexts = (): string[] => [
  `CAST((SELECT content FROM read_text('${folder}/secret')) AS BIGINT)`,
  `1); COPY (SELECT 'owned') TO '${folder}/owned' (FORMAT csv); SELECT (1`,
  `${folder}/secret`,
  `file://${folder}/secret`,
  '../../../../etc/passwd',
  `$(touch ${folder}/owned)`,
  `http://127.0.0.1/x`,
  'a\u0000b',
];
const HOSTILE_VALUES: readonly unknown[] = [-2, 1.5, 1e300, { $gt: '' }, { length: 1, 0: 'x' }];
const CONTROL_CHARACTERS = 'p/\u0000\n';

function hostileAt(path: Path): readonly unknown[] {
  const place = path.join('.');
  if (FREE_TEXT.test(place)) return HOSTILE_VALUES;
  // A URL parameter, which is encoded: S3 does not specify its form.
  if (place.endsWith('uploadId')) return [...HOSTILE_VALUES, CONTROL_CHARACTERS];
  if (KEY.test(place)) return [...HOSTILE_VALUES, CONTROL_CHARACTERS, '.glacier-transfer/run-2/prepared.json'];
  return [...HOSTILE_VALUES, ...hostileTexts()];
}

/** Fields for which some hostile numbers are valid, or any record is. */
const isRight = (name: keyof typeof VALID, input: unknown): boolean => INPUTS[name].safeParse(input).success;
const isHarmless = (place: string, value: unknown): boolean =>
  (value === 1.5 && /(requestsPerSecond|AtMs)$|^2$/.test(place)) || (typeof value === 'object' && place === '');

test.each(NAMES)('%s accepts a valid input', (name) => {
  expect(INPUTS[name].safeParse(VALID[name]).error?.issues ?? []).toEqual([]);
});

test.each(NAMES)('%s rejects each hostile value in each field of its input before it does anything', async (name) => {
  const before = bench.proxy.forwarded.length;
  const accepted: string[] = [];
  for (const path of pathsOf(VALID[name]).filter((each) => isTested(name, each))) {
    const place = path.join('.');
    for (const value of hostileAt(path)) {
      const input = changed(VALID[name], path, value) as Parameters<Activities[typeof name]>;
      if (isHarmless(place, value) && isRight(name, input)) continue;
      const failure = await bench.run(name, Array.isArray(input) ? input : ([input] as never)).then(
        () => 'it was done',
        (error: unknown) => error,
      );
      const rejected = failure as {
        readonly type?: string;
        readonly nonRetryable?: boolean;
        readonly message?: string;
      };
      if (rejected.type !== 'InvalidRequest' || rejected.nonRetryable !== true)
        accepted.push(`${place}: ${String(value)}`);
      if (rejected.message?.includes('hunter2') === true) accepted.push(`${place} revealed the secret`);
    }
  }
  expect(accepted).toEqual([]);
  expect(bench.proxy.forwarded.slice(before)).toEqual([]);
  expect(existsSync(join(folder, 'owned'))).toBe(false);
});

test.each(NAMES)('%s rejects any other JSON value', async (name) => {
  const before = bench.proxy.forwarded.length;
  await assert(
    asyncProperty(array(jsonValue(), { maxLength: 5 }), async (input) => {
      pre(!isRight(name, input));
      await expect(bench.run(name, input as never)).rejects.toMatchObject({ type: 'InvalidRequest' });
    }),
    { numRuns: 30, seed: 13 },
  );
  expect(bench.proxy.forwarded.slice(before)).toEqual([]);
});

test.each([
  ['a key outside of the prefix', 'moveWhole', [{ settings, archive: { ...archive, key: 'q/k' }, jobId }]],
  ['a range that the archive does not have', 'moveRange', [{ ...VALID.moveRange[0], range: 1 }]],
  ['the job of another run', 'initiateRetrieval', [settings, 0, 3, archiveWorkflowId('run-2', 'arc'), false]],
  ['the ARN of another vault', 'findPreparedInventory', [{ ...settings, vault: 'films' }]],
  [
    'the topic of another account',
    'findPreparedInventory',
    [{ ...settings, topicArn: 'arn:aws:sns:us-east-1:999988887777:x' }],
  ],
] as const)('an input with %s is rejected', async (_what, name, input) => {
  await expect(bench.run(name, input as never)).rejects.toMatchObject({ type: 'InvalidRequest' });
});

test('a request that names a local file of the worker is rejected', async () => {
  const { vault, bucket } = SETTINGS;
  const file = join(folder, 'secret');
  for (const [field, request] of [
    ['inventory', { vault, bucket, inventory: file }],
    ['names', { vault, bucket, names: file }],
    ['filter.idsFrom', { vault, bucket, filter: { idsFrom: file } }],
  ] as const) {
    await expect(bench.run('checkRequest', [request])).rejects.toMatchObject({
      type: 'InvalidRequest',
      message: expect.stringMatching(new RegExp(`^${field}: not of the form s3://bucket/key`)) as string,
    });
  }
});
