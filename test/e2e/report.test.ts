import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { createClients } from '../../src/aws/clients';
import { ExitCode } from '../../cli/exit-codes';
import { runCli } from '../../cli/program';
import { testCli } from '../../cli/testing';
import { controlPrefix } from '../../src/ids';
import { connectClient } from '../../src/temporal/connect';
import { runToEnd } from '../support/run';
import { BUCKET, startStack, type Stack } from '../support/stack';
import { listKeys, uploadArchives } from '../support/vault';

/** As the documentation names the run. */
const RUN = 'photos-1';
const NAMES = ['2019/a', '2019/b', 'taken', 'last'];

let stack: Stack;
let folder: string;

beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), 'report-e2e-'));
  await uploadArchives(
    stack.clients,
    NAMES.map((description, position) => ({ description, sizeBytes: 1_000 * (position + 1) })),
  );
  await stack.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'taken', Body: 'foreign' }));
  await runToEnd(stack, RUN);
}, 60_000);
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

/** A command as a process of its own would run it. */
async function run(...args: string[]): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  const { context, stdout } = testCli({ env: { XDG_CACHE_HOME: join(folder, 'cache') } });
  const reach = { connect: () => connectClient(), aws: createClients };
  return { exitCode: await runCli({ ...context, ...reach }, args), stdout: stdout.text };
}

test.each([
  ['Temporal and the records', []],
  ['the records alone', ['--bucket', BUCKET]],
])('report, list and archive agree for a run read from %s', async (_, place) => {
  const { exitCode, stdout } = await run('report', RUN, '--format', 'jsonl', ...place);
  expect(exitCode).toBe(ExitCode.Ok);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(Object.fromEntries(rows.map(({ description, outcome }) => [description, outcome]))).toEqual({
    '2019/a': 'verified',
    '2019/b': 'verified',
    taken: 'failed',
    last: 'verified',
  });
  const archive = await run('archive', RUN, 'taken', '--json', ...place);
  expect(JSON.parse(archive.stdout)).toMatchObject({ state: 'failed', reason: 'KeyTaken', size_bytes: '3000' });
  const list = await run('list', RUN, '--state', 'verified', ...place);
  expect(list.stdout.split('\n')).toHaveLength(NAMES.length);
});

/** The run's folder as `aws s3 cp --recursive` copies it. */
async function copyFolder(): Promise<string> {
  const copy = join(folder, RUN);
  for (const Key of await listKeys(stack.clients.s3, controlPrefix(RUN))) {
    const { Body } = await stack.clients.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    const path = join(copy, Key.slice(controlPrefix(RUN).length));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, (await Body?.transformToByteArray()) ?? '');
  }
  return copy;
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown> {
  return (await connection.runAndReadAll(sql)).getRowsJson();
}

test('the SQL queries of the documentation work on a copy of the run folder', async () => {
  const copy = await copyFolder();
  const document = await readFile(join(__dirname, '../../docs/how-it-works.md'), 'utf8');
  const queries = [...document.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = '']) =>
    sql.replaceAll(`'${RUN}/`, `'${copy}/`),
  );
  expect(queries).toHaveLength(4);
  const [view = '', byYear = '', lasted = '', folders = ''] = queries;
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(view);
  const year = String(new Date().getUTCFullYear());
  expect(await rowsOf(connection, byYear)).toEqual([
    [year, 'failed', 'KeyTaken', '1', '3000'],
    [year, 'verified', null, '3', '7000'],
  ]);
  expect(await rowsOf(connection, lasted)).toEqual([['3', expect.anything(), expect.anything()]]);
  expect(await rowsOf(connection, folders)).toEqual([
    ['', 'plain', '2', '7000'],
    ['2019', 'plain', '2', '3000'],
  ]);
  connection.closeSync();
});
