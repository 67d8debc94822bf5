import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCatalogue } from '../../test/support/run-folder';
import { ARCHIVE } from '../../test/support/samples';
import type { ArchiveRow } from '../wire/inventory';
import { CatalogueFile } from './catalogue-file';

let folder: string;
let file: CatalogueFile | undefined;

beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'catalogue-file-'))));
afterEach(async () => {
  file?.close();
  await rm(folder, { recursive: true });
});

const row = (index: number, change: Partial<ArchiveRow> = {}): ArchiveRow => ({
  ...ARCHIVE,
  index,
  archiveId: `id-${index}`,
  key: `key-${index}`,
  ...change,
});

async function open(archives: readonly ArchiveRow[], excluded: readonly ArchiveRow[] = []): Promise<CatalogueFile> {
  const path = join(folder, "the run's catalogue.parquet");
  await writeCatalogue(path, archives, excluded);
  file = await CatalogueFile.open(path);
  return file;
}

async function flat<Row>(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

test('the catalogue returns archives in order and excluded ones separately', async () => {
  const archives = Array.from({ length: 20_000 }, (_, index) => row(index));
  const excluded = Array.from({ length: 3_000 }, (_, index) => row(index, { archiveId: `out-${index}` }));
  const catalogue = await open(archives, excluded);
  let next = 0;
  for await (const page of catalogue.archives()) {
    for (const { index } of page) {
      if (index !== next) throw new Error(`${index} follows ${next - 1}`);
      next += 1;
    }
  }
  expect(next).toBe(archives.length);
  const left = await flat(catalogue.excluded());
  expect(left.map(({ archiveId }) => archiveId)).toEqual(excluded.map(({ archiveId }) => archiveId));
  expect(left[0]).toMatchObject({ index: null, sizeBytes: ARCHIVE.sizeBytes });
});

test('the catalogue returns rows unchanged, with any characters and the largest size', async () => {
  const odd = row(0, {
    sizeBytes: 40_000 * 2 ** 30,
    description: 'line\u2028separator "quoted", \\ \u0001 \ufffd 写真 🙂\n',
    key: "it's\u2028",
  });
  const catalogue = await open([odd, row(1)]);
  expect(await flat(catalogue.archives())).toEqual([odd, row(1)]);
  expect(await catalogue.find(odd.key)).toEqual(odd);
});

test('the catalogue finds an archive by id or key, the id first', async () => {
  const catalogue = await open([row(0, { archiveId: '-a' }), row(1, { key: '-a' })], [row(0, { archiveId: 'out' })]);
  expect(await catalogue.find('-a')).toMatchObject({ index: 0 });
  expect(await catalogue.find('id-1')).toMatchObject({ index: 1 });
  expect(await catalogue.find('out')).toMatchObject({ index: null });
  expect(await catalogue.find('nothing')).toBeNull();
});

test('the catalogue of an empty vault has no rows', async () => {
  expect(await flat((await open([])).archives())).toEqual([]);
});
