import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installQuietRuntime } from '../../test/support/temporal';
import { configuredAddress, connectClient, connectWorker, resolveTarget } from './connect';

const original = process.env;
beforeEach(() => {
  process.env = { ...original };
  delete process.env['TEMPORAL_ADDRESS'];
});
afterAll(() => {
  process.env = original;
});

test('without settings it is the local server', () => {
  expect(configuredAddress()).toBeNull();
  expect(resolveTarget({})).toMatchObject({ connectionOptions: { address: 'localhost:7233' }, namespace: 'default' });
});

test('TEMPORAL_* variables count, and explicit options come before them', () => {
  process.env['TEMPORAL_ADDRESS'] = '127.0.0.1:17233';
  process.env['TEMPORAL_NAMESPACE'] = 'library';
  expect(resolveTarget({})).toMatchObject({ connectionOptions: { address: '127.0.0.1:17233' }, namespace: 'library' });
  expect(resolveTarget({ address: '[::1]:1', namespace: 'x' })).toMatchObject({
    connectionOptions: { address: '[::1]:1' },
    namespace: 'x',
  });
});

test('a Temporal profile counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'));
  const file = join(folder, 'temporal.toml');
  writeFileSync(file, '[profile.cloud]\naddress = "a.b.tmprl.cloud:7233"\nnamespace = "a.b"\napi_key = "secret"\n');
  process.env['TEMPORAL_CONFIG_FILE'] = file;
  process.env['TEMPORAL_PROFILE'] = 'cloud';
  expect(resolveTarget({})).toMatchObject({
    connectionOptions: { address: 'a.b.tmprl.cloud:7233', apiKey: 'secret', tls: true },
    namespace: 'a.b',
  });
  rmSync(folder, { recursive: true });
});

test('nothing goes in clear to another machine, not even with an API key, unless it is allowed', () => {
  const address = 'temporal.example:7233';
  expect(() => resolveTarget({ address })).toThrow(/temporal\.example:7233 is another machine.*TEMPORAL_TLS/);
  expect(resolveTarget({ address, insecure: true }).connectionOptions.address).toBe(address);
  process.env['TEMPORAL_API_KEY'] = 'secret';
  expect(resolveTarget({ address }).connectionOptions.tls).toBe(true);
  process.env['TEMPORAL_TLS'] = 'false';
  expect(() => resolveTarget({ address })).toThrow(/would not be encrypted/);
});

test('client and worker connect to the server of the settings', async () => {
  process.env['TEMPORAL_ADDRESS'] = original['TEMPORAL_ADDRESS'];
  installQuietRuntime();
  const client = await connectClient();
  const { connection, namespace } = await connectWorker();
  const { namespaces } = await client.workflowService.listNamespaces({});
  expect(namespaces.map(({ namespaceInfo }) => namespaceInfo?.name)).toContain('default');
  expect(namespace).toBe('default');
  expect(client.options.namespace).toBe('default');
  await client.connection.close();
  await connection.close();
});

test('a server that does not answer is named, with the way to start one', async () => {
  const address = '127.0.0.1:1';
  const sentence = /^No Temporal server answers at 127\.0\.0\.1:1 \(.+\): start one with "glacier-transfer server"/;
  await expect(connectWorker({ address })).rejects.toThrow(sentence);
  await expect(connectWorker({ address })).rejects.toThrow('(Connection refused)');
  await expect(connectClient({ address })).rejects.toThrow(sentence);
});
