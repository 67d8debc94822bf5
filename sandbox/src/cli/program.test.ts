import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './program';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glacier-sandbox-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs `glacier-sandbox`; `onResult` gets everything that it prints to standard output. */
async function run(
  args: readonly string[],
  env: Record<string, string> = {},
  onResult: (text: string, stop: () => void) => void | Promise<void> = () => {},
) {
  const controller = new AbortController();
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const terminal = {
    result: async (text: string) => {
      stdout.push(text);
      await onResult(text, () => controller.abort());
    },
    message: (line: string) => void stderr.push(line),
  };
  const exitCode = await runProgram({ version: '1.2.3', terminal, env, signal: controller.signal }, args);
  return { exitCode, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
}

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test('glacier-sandbox runs until it is stopped, and then says how often each fault was injected', async () => {
  const faults = await fileOf('faults.yaml', 'rules: [{ fault: error, on: "s3:*", code: SlowDown, times: 2 }]');
  const spec = await fileOf('spec.yaml', 'count: 2000\nsizes: 3 MiB\n');
  const headers = {
    authorization:
      'AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
  };
  const { exitCode, stdout, stderr } = await run(
    ['--data', join(folder, 'aws'), '--faults', faults],
    {},
    async (text, stop) => {
      const endpoint = /^export AWS_ENDPOINT_URL=(.*)$/m.exec(text)?.[1] ?? '';
      for (let call = 0; call < 3; call++) await fetch(endpoint, { headers });
      const seeded = await run(['seed', 'photos', '--spec', spec], { AWS_ENDPOINT_URL: endpoint });
      expect(seeded).toEqual({
        exitCode: 0,
        stdout: 'Added 2000 archives to photos, 6291456000 bytes in all.',
        stderr: '',
      });
      const wrong = await run(['seed', 'v v', '--spec', spec], { AWS_ENDPOINT_URL: endpoint });
      expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^"v v" is not a valid vault name/) });
      stop();
    },
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`their data is in ${join(folder, 'aws')}`);
  expect(stderr).toBe('Press Ctrl-C to stop it.\nerror on s3:*: injected 2 of 3 matching calls');
});

test('glacier-sandbox --help lists the options and the seed command', async () => {
  const { exitCode, stdout } = await run(['--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Examples:[^]*--tree-hash-header <rule>[^]*seed \[options\] <vault>/);
});

test('glacier-sandbox --version', async () => {
  expect(await run(['--version'])).toEqual({ exitCode: 0, stdout: '1.2.3', stderr: '' });
});

test.each([
  [[], /^Required option '--data <dir>' not specified$/],
  [['--clock', 'fast', '--data', 'aws'], /^"fast" is not a valid value for --clock/],
  [['--colour'], /^error: unknown option '--colour'/],
  [['--data', '/tmp/x', '--faults', '/none'], /^\/none cannot be used:\n- .*ENOENT/],
  [['seed', 'photos'], /^error: required option '--spec <file>' not specified/],
  [['seed', 'photos', '--spec', '/none'], /^AWS_ENDPOINT_URL does not name a running sandbox/],
])('glacier-sandbox %j is wrong usage', async (args, sentence) => {
  const { exitCode, stderr } = await run(args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(sentence);
});
