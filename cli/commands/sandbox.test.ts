import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeVaultCommand, GlacierClient } from '@aws-sdk/client-glacier';
import { type Sandbox, startSandbox } from 'glacier-sandbox';
import { ExitCode } from '../exit-codes';
import { runCli } from '../program';
import { testCli } from '../testing';

let folder: string;
let sandbox: Sandbox;
let glacier: GlacierClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seed-'));
  sandbox = await startSandbox({ dataDir: join(folder, 'sandbox') });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  glacier = new GlacierClient({ endpoint: sandbox.endpoint, region: 'us-east-1', credentials });
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
afterAll(async () => {
  glacier.destroy();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function seed(args: readonly string[], endpoint = sandbox.endpoint) {
  const { context, stdout, stderr } = testCli({ env: { AWS_ENDPOINT_URL: endpoint } });
  const exitCode = await runCli(context, ['sandbox', 'seed', ...args]);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

function fileOf(text: string): string {
  const path = join(folder, 'spec.yaml');
  writeFileSync(path, text);
  return path;
}

test('sandbox seed --spec creates the vault and fills it with generated archives', async () => {
  const spec = fileOf('count: 2000\nsizes: 3 MiB\n');
  expect(await seed(['generated', '--spec', spec])).toEqual({
    exitCode: ExitCode.Ok,
    stdout: 'generated: 2,000 archives added, 5.9 GiB\n',
    stderr: '',
  });
  expect(await glacier.send(new DescribeVaultCommand({ accountId: '-', vaultName: 'generated' }))).toMatchObject({
    NumberOfArchives: 2000,
  });
  const again = await seed(['generated', '--spec', spec]);
  expect(again.exitCode).toBe(ExitCode.Usage);
  expect(again.stderr).toContain('seed');
});

test('sandbox seed --json prints one object', async () => {
  const { stdout } = await seed(['json', '--json', '--spec', fileOf('count: 3\nsizes: 10 B\n')]);
  expect(JSON.parse(stdout)).toEqual({ message_type: 'seeded', vault: 'json', archives: 3, bytes: '30' });
});

test('sandbox seed --from uploads the files of a folder and names those that Glacier does not accept', async () => {
  const files = mkdtempSync(join(folder, 'files-'));
  writeFileSync(join(files, 'one'), 'one');
  writeFileSync(join(files, 'empty'), '');
  expect(await seed(['files', '--from', files])).toEqual({
    exitCode: ExitCode.Ok,
    stdout: 'files: 1 archive added, 3 B\n',
    stderr: 'empty is skipped: Glacier takes no empty archives.\n',
  });
});

test.each([
  [['v'], 'Give either --from or --spec.'],
  [['v', '--from', 'a', '--spec', 'b'], 'Give either --from or --spec.'],
  [['v v', '--from', 'a'], 'is not a valid vault name'],
  [['v', '--spec', '/none'], '/none cannot be read'],
  [['v', '--from', '/none'], 'The folder /none cannot be read'],
])('sandbox seed %j is wrong usage: %s', async (args, sentence) => {
  const { exitCode, stderr } = await seed(args);
  expect(exitCode).toBe(ExitCode.Usage);
  expect(stderr).toContain(sentence);
});

test('sandbox seed reports every problem of a specification', async () => {
  const { exitCode, stderr } = await seed(['v', '--spec', fileOf('count: none\nsizes: huge\n')]);
  expect(exitCode).toBe(ExitCode.Usage);
  expect(stderr).toMatch(/count: [^]*sizes/);
});

test.each(['', 'https://glacier.us-east-1.amazonaws.com', 'http://127.0.0.1:1'])(
  'sandbox seed rejects the endpoint %j, where no sandbox answers',
  async (endpoint) => {
    const { exitCode, stderr } = await seed(['v', '--spec', fileOf('')], endpoint);
    expect(exitCode).toBe(ExitCode.Usage);
    expect(stderr).toMatch(/^AWS_ENDPOINT_URL does not name a running sandbox/);
  },
);
