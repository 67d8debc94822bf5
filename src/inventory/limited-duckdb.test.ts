import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { writeCatalogue } from '../../test/support/run-folder';
import { ARCHIVE } from '../../test/support/samples';
import { CatalogueFile } from '../run-folder/catalogue-file';
import { writeParquetReport } from '../../cli/report/parquet';
import { Catalogue } from './catalogue';
import { openDuckDb } from './limited-duckdb';

let outside: string;
let inside: string;
let server: Server;
let requests: number;
beforeAll(async () => {
  server = createServer((_, response) => {
    requests += 1;
    response.end('text');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => void server.close());
beforeEach(async () => {
  requests = 0;
  outside = await mkdtemp(path.join(tmpdir(), 'outside-'));
  // What means something in a glob or in SQL is a part of a path here.
  inside = path.join(await mkdtemp(path.join(tmpdir(), 'inside-')), "it's [1]*");
  await mkdir(inside);
  await writeFile(path.join(outside, 'secret'), 'secret');
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(outside, { recursive: true });
  await rm(path.dirname(inside), { recursive: true });
});

/** Every way out that is known; each refused, and nothing of it done. */
async function expectLocked(connection: DuckDBConnection): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const refused = /disabled (by|through) configuration|configuration has been locked|requires the extension httpfs/;
  for (const sql of [
    `SELECT * FROM read_text('${outside}/secret')`,
    `SELECT * FROM read_text('${outside}/*')`,
    `SELECT * FROM read_blob('/etc/passwd')`,
    `SELECT * FROM read_csv('${outside}/secret')`,
    `FROM '${outside}/secret.json'`,
    `SELECT * FROM glob('${outside}/*')`,
    `COPY (SELECT 1) TO '${outside}/out.csv'`,
    `COPY (SELECT 1) TO '${outside}/out.parquet' (FORMAT parquet)`,
    `EXPORT DATABASE '${outside}/out'`,
    `ATTACH '${outside}/out.duckdb'`,
    `SELECT * FROM read_text('http://127.0.0.1:${port}/x')`,
    `SELECT * FROM read_csv('https://127.0.0.1:${port}/x')`,
    `SELECT * FROM read_parquet('s3://bucket/x')`,
    `ATTACH 'http://127.0.0.1:${port}/x.duckdb'`,
    'INSTALL httpfs',
    'FORCE INSTALL httpfs',
    'INSTALL h3 FROM community',
    `INSTALL httpfs FROM 'http://127.0.0.1:${port}'`,
    'LOAD httpfs',
    `LOAD '${outside}/x.duckdb_extension'`,
    'SET enable_external_access = true',
    'SET lock_configuration = false',
    'RESET lock_configuration',
    `SET allowed_directories = ['/']`,
    'SET autoinstall_known_extensions = true',
    `SET temp_directory = '${outside}'`,
    'PRAGMA threads = 1',
  ]) {
    const answer = await connection.runAndReadAll(sql).then(
      () => 'done',
      (error: Error) => error.message,
    );
    expect([sql, answer]).toEqual([sql, expect.stringMatching(refused)]);
  }
  expect(await readdir(outside)).toEqual(['secret']);
  expect(requests).toBe(0);
}

/** The connections that are opened while some work is done. */
async function connectionsOf(work: () => Promise<void>): Promise<readonly DuckDBConnection[]> {
  const found: DuckDBConnection[] = [];
  const connect: () => Promise<DuckDBConnection> = Reflect.get(DuckDBInstance.prototype, 'connect');
  jest.spyOn(DuckDBInstance.prototype, 'connect').mockImplementation(async function (this: DuckDBInstance) {
    const connection = await connect.call(this);
    found.push(connection);
    return connection;
  });
  await work();
  return found;
}

test('the DuckDB of the preparation works in its folder and is locked beyond it', async () => {
  const catalogue = await Catalogue.create(inside);
  const { connection } = catalogue;
  // More than fits into its memory.
  await connection.run(`
    SELECT text FROM (SELECT range, repeat('x', 600) || hash(range) AS text FROM range(1000000)) ORDER BY range DESC OFFSET 999999`);
  expect(existsSync(path.join(inside, 'catalogue', 'spill'))).toBe(true);
  await expectLocked(connection);
  await catalogue.close();
  expect(await readdir(inside)).toEqual([]);
}, 60_000);

test('the DuckDB that reads a catalogue reads this file and is locked beyond it', async () => {
  const file = path.join(inside, "the run's [1].parquet");
  await writeCatalogue(file, [{ ...ARCHIVE, index: 0 }], []);
  await writeFile(path.join(inside, 'neighbour'), 'secret');
  let catalogue: CatalogueFile | undefined;
  const connections = await connectionsOf(async () => void (catalogue = await CatalogueFile.open(file)));
  expect(await catalogue?.find(ARCHIVE.archiveId)).toMatchObject({ archiveId: ARCHIVE.archiveId });
  const connection = connections.at(-1) as DuckDBConnection;
  await expectLocked(connection);
  const neighbour = path.join(inside, 'neighbour');
  await expect(connection.run('SELECT * FROM read_text($neighbour)', { neighbour })).rejects.toThrow('disabled');
  catalogue?.close();
});

test('the DuckDB that writes a report works in its folder and is locked beyond it', async () => {
  const [text, parquet] = [path.join(inside, 'text'), path.join(inside, 'parquet')];
  await writeFile(text, '{"archive_id":"a"}\n');
  jest.spyOn(DuckDBConnection.prototype, 'closeSync').mockImplementation(() => undefined);
  const closeInstance = jest.spyOn(DuckDBInstance.prototype, 'closeSync').mockImplementation(() => undefined);
  const connections = await connectionsOf(() => writeParquetReport(text, parquet));
  expect((await readFile(parquet)).subarray(0, 4).toString()).toBe('PAR1');
  await expectLocked(connections.at(-1) as DuckDBConnection);
  closeInstance.mockRestore();
});

test('DuckDB opens in memory without any folder to work in', async () => {
  const instance = await openDuckDb({ spillFolder: path.join(inside, 'spill') });
  const connection = await instance.connect();
  await expectLocked(connection);
  const file = path.join(inside, 'out.csv').replaceAll("'", "''");
  await expect(connection.run(`COPY (SELECT 1) TO '${file}'`)).rejects.toThrow('disabled');
  connection.closeSync();
  instance.closeSync();
});

test('product code opens DuckDB in one place', async () => {
  const root = path.join(__dirname, '../..');
  const opening: string[] = [];
  for (const folder of ['src', 'activities', 'workers', 'workflows', 'cli']) {
    for (const name of await readdir(path.join(root, folder), { recursive: true })) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
      const text = await readFile(path.join(root, folder, name), 'utf8');
      // A type opens nothing.
      const code = text.replaceAll(/import type [^;]*;/g, '').replaceAll(/\btype \w+/g, '');
      if (/@duckdb\/node-(api|bindings)/.test(code) || /DuckDBInstance\./.test(code))
        opening.push(path.join(folder, name));
    }
  }
  expect(opening).toEqual([path.join('src', 'inventory', 'limited-duckdb.ts')]);
});
