import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type DevServer, type DevServerOptions, startDevServer } from './dev-server';
import { loadDevSettings } from './dev-settings';
import { findExecutable } from './temporal-cli-executable';
import { freePort } from './local-port';
import { hasSearchAttributes } from './search-attributes';

let executable: string;
let folder: string;
let databaseFile: string;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  executable = await findExecutable(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'dev-server-'));
  databaseFile = join(folder, 'new folder', 'temporal.db');
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(options: Partial<DevServerOptions> = {}): Promise<DevServer> {
  const settings = loadDevSettings();
  const server = await startDevServer({
    executable,
    settings,
    port: 0,
    databaseFile: null,
    headless: true,
    ...options,
  });
  stops.push(() => server.stop());
  return server;
}

async function clientOf(server: DevServer): Promise<Client> {
  const connection = await Connection.connect({ address: server.address });
  stops.push(() => connection.close());
  return new Client({ connection });
}

test('runs survive a restart, retention and search attributes follow the settings', async () => {
  const first = await start({ databaseFile });
  const before = await clientOf(first);
  await before.workflow.start('anything', { workflowId: 'kept', taskQueue: 'nobody' });
  await first.stop();

  const settings = loadDevSettings();
  const searchAttributes = { ...settings.searchAttributes, Added: 'Keyword' as const };
  const second = await start({ databaseFile, settings: { ...settings, retentionDays: 45, searchAttributes } });
  const after = await clientOf(second);
  const { type, status } = await after.workflow.getHandle('kept').describe();
  expect([type, status.name]).toEqual(['anything', 'RUNNING']);
  const { config } = await after.workflowService.describeNamespace({ namespace: second.namespace });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(45 * 86_400);
  await expect(hasSearchAttributes(after.connection as Connection, second.namespace)).resolves.toBe(true);
  const { customAttributes } = await (after.connection as Connection).operatorService.listSearchAttributes({
    namespace: second.namespace,
  });
  expect(Object.keys(customAttributes)).toContain('Added');
});

test('a new namespace keeps finished runs as long as the file says', async () => {
  const client = await clientOf(await start());
  const { config } = await client.workflowService.describeNamespace({ namespace: 'default' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 86_400);
});

test('taken ports: the server and its page go elsewhere', async () => {
  const port = await freePort(0);
  const uiPort = await freePort(0);
  const first = await start({ port, uiPort, headless: false });
  const second = await start({ port, uiPort, headless: false });
  expect([first.address, first.uiUrl]).toEqual([`127.0.0.1:${port}`, `http://127.0.0.1:${uiPort}`]);
  expect(second.address).not.toBe(first.address);
  expect(second.uiUrl).not.toBe(first.uiUrl);
  for (const { uiUrl } of [first, second]) expect((await fetch(uiUrl ?? '')).status).toBe(200);
});

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const modesIn = (path: string): readonly string[] =>
  readdirSync(path).map((name) => `${name} ${modeOf(join(path, name))}`);
const PRIVATE = ['temporal.db 600', 'temporal.db-wal 600', 'temporal.db.log 600'];
const SHARED_MEMORY = 'temporal.db-shm 600';

test('database and log are their user’s alone, also where they were open to others before', async () => {
  const own = join(folder, 'own', 'folder');
  const server = await start({ databaseFile: join(own, 'temporal.db') });
  expect(modesIn(own).filter((entry) => entry !== SHARED_MEMORY)).toEqual(PRIVATE);
  expect([modeOf(own), modeOf(join(folder, 'own'))]).toEqual(['700', '700']);
  await server.stop();
  chmodSync(own, 0o777);
  for (const name of readdirSync(own)) chmodSync(join(own, name), 0o666);
  await start({ databaseFile: join(own, 'temporal.db') });
  expect(modesIn(own).filter((entry) => entry !== SHARED_MEMORY)).toEqual(PRIVATE);
  expect(modeOf(own)).toBe('700');
});

test('a folder that holds other things stays as it is, and the files in it are private', async () => {
  const shared = join(folder, 'shared');
  mkdirSync(join(shared, 'photos'), { recursive: true });
  chmodSync(shared, 0o755);
  await start({ databaseFile: join(shared, 'temporal.db') });
  expect(modeOf(shared)).toBe('755');
  expect(modesIn(shared)).toEqual(expect.arrayContaining(PRIVATE));
});

test('a second server on the same database is refused', async () => {
  await start({ databaseFile });
  await expect(start({ databaseFile })).rejects.toThrow(
    `Another Temporal server is using ${databaseFile}: connect to that one (TEMPORAL_ADDRESS), or stop it first.`,
  );
});

test('what keeps the server from starting is quoted from its log', async () => {
  await expect(start({ executable: '/nowhere/temporal' })).rejects.toThrow(
    /did not start: it ended at once\. Its log ends with:\n.*\/nowhere\/temporal: not found/,
  );
});

test('a headless server has no page, and its end is seen', async () => {
  const server = await start();
  expect(server.uiUrl).toBeNull();
  await server.stop();
  await expect(server.exited).resolves.toBeUndefined();
  await expect(Connection.connect({ address: server.address, connectTimeout: 200 })).rejects.toThrow(
    'Failed to connect',
  );
});
