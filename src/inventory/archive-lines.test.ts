import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { archiveLines } from './shards';

/** Three pieces, each of two row groups. */
const ARCHIVES = 10_000;
const PIECE_ARCHIVES = 4_096;

let folder: string;
let catalogue: string;
let connection: DuckDBConnection;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'archive-lines-'));
  catalogue = path.join(folder, 'catalogue.parquet');
  connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (
    SELECT CASE WHEN range > 0 THEN range - 1 END AS index, 'id' || range AS archive_id, 1 AS size_bytes, '' AS tree_hash,
      '' AS creation_date, '' AS description, 'a,"\\' AS key, 'plain' AS name_format, false AS own_workflow
    FROM range(${ARCHIVES + 1})
  ) TO '${catalogue}' (FORMAT parquet, ROW_GROUP_SIZE ${PIECE_ARCHIVES / 2})`);
});
afterAll(async () => {
  connection.closeSync();
  await rm(folder, { recursive: true, force: true });
});

test('each archive that moves is a line, in order, over several pieces', async () => {
  const texts: Buffer[] = [];
  for await (const text of archiveLines(connection, catalogue, folder, ARCHIVES, PIECE_ARCHIVES)) texts.push(text);
  const lines = Buffer.concat(texts).toString().trimEnd().split('\n');
  expect(lines.length).toBe(ARCHIVES);
  expect(
    lines.every((line, position) => line.startsWith(`{"index":${position},"archiveId":"id${position + 1}",`)),
  ).toBe(true);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ key: 'a,"\\', ownWorkflow: false });
});

test('a reader that stops early leaves the connection at rest', async () => {
  const lines = archiveLines(connection, catalogue, folder, ARCHIVES, PIECE_ARCHIVES);
  await lines.next();
  await lines.return(undefined);
  expect((await connection.runAndReadAll('SELECT 1')).getRows()).toEqual([[1]]);
});

test('a piece that cannot be written ends the reading', async () => {
  const lines = archiveLines(connection, path.join(folder, 'none.parquet'), folder, ARCHIVES, PIECE_ARCHIVES);
  await expect(lines.next()).rejects.toThrow('none.parquet');
});
