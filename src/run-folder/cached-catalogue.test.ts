import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { putText } from './run-files';
import { catalogueKey } from '../ids';
import { startSandboxClients, type SandboxClients } from 'glacier-sandbox/testing';
import { cachedCatalogue } from './cached-catalogue';

const BUCKET = { bucket: 'bucket', bucketOwner: null };

let clients: SandboxClients;
let folder: string;
let fetched: number[];

beforeAll(async () => {
  clients = await startSandboxClients({
    faults: { rules: [{ fault: 'reset', on: 's3:GetObject', where: { key: catalogueKey('broken') }, afterBytes: 10 }] },
  });
  await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET.bucket }));
});
afterAll(async () => await clients.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cached-catalogue-'));
  fetched = [];
});
afterEach(async () => await rm(folder, { recursive: true }));

const cached = (run: string, again = false): Promise<string | null> =>
  cachedCatalogue(clients.s3, BUCKET, run, folder, { onFetch: (sizeBytes) => fetched.push(sizeBytes), again });
const put = (run: string, content: string): Promise<void> => putText(clients.s3, BUCKET, catalogueKey(run), content);
const kept = (): Promise<string[]> => readdir(join(folder, BUCKET.bucket));

test('a catalogue is downloaded once, readable only by the user', async () => {
  await put('photos', 'first');
  const path = (await cached('photos')) ?? '';
  expect(await readFile(path, 'utf8')).toBe('first');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await cached('photos')).toBe(path);
  expect(fetched).toEqual(['first'.length]);
});

test('a new catalogue of a run replaces the old one, and none of another run', async () => {
  const other = `photos-${'0'.repeat(16)}`;
  await put(other, 'of another run');
  await put('photos', 'first');
  await cached(other);
  await cached('photos');
  await put('photos', 'second, longer');
  expect(await readFile((await cached('photos')) ?? '', 'utf8')).toBe('second, longer');
  expect(fetched).toHaveLength(3);
  expect(await kept()).toHaveLength(2);
  await cached(other);
  expect(fetched).toHaveLength(3);
});

test('old temporary files of killed processes are removed', async () => {
  await put('photos', 'first');
  const path = (await cached('photos')) ?? '';
  await writeFile(`${path}.old.part`, 'fir');
  await utimes(`${path}.old.part`, 0, 0);
  await writeFile(`${path}.new.part`, 'fi');
  await put('photos', 'second');
  const second = (await cached('photos')) ?? '';
  expect((await kept()).toSorted().map((name) => join(folder, BUCKET.bucket, name))).toEqual(
    [second, `${path}.new.part`].toSorted(),
  );
});

test.each([
  ['cut off', (path: string) => truncate(path, 3)],
  ['emptied', (path: string) => truncate(path, 0)],
  ['changed in place', (path: string) => writeFile(path, 'fiRst')],
  ['filled with zeros', (path: string) => writeFile(path, Buffer.alloc('first'.length))],
  ['longer', (path: string) => writeFile(path, 'first and more')],
])('a cached catalogue that was %s is downloaded again', async (_, damage) => {
  await put('photos', 'first');
  const path = (await cached('photos')) ?? '';
  await damage(path);
  expect(await cached('photos')).toBe(path);
  expect(await readFile(path, 'utf8')).toBe('first');
  expect(await kept()).toHaveLength(1);
  await cached('photos');
  expect(fetched).toHaveLength(2);
});

test('an intact catalogue that could not be read is replaced on request', async () => {
  await put('photos', 'first');
  const path = await cached('photos');
  expect(await cached('photos', true)).toBe(path);
  expect(fetched).toHaveLength(2);
});

test('concurrent commands leave one complete file', async () => {
  await put('photos', 'first');
  const paths = await Promise.all(Array.from({ length: 5 }, () => cached('photos')));
  expect(new Set(paths).size).toBe(1);
  expect(await readFile(paths[0] ?? '', 'utf8')).toBe('first');
  expect(await kept()).toHaveLength(1);
});

test('a broken download leaves no file', async () => {
  await put('broken', 'longer than ten bytes');
  await expect(cached('broken')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await kept()).toEqual([]);
});

test('a run without a catalogue is not cached', async () => {
  expect(await cached('never')).toBeNull();
  expect(fetched).toEqual([]);
});
