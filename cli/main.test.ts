import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/temporal/paths';

const MAIN = join(packageRoot, 'dist/cli/main.js');
const FULL = '/dev/full';

interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Runs the compiled program with its standard output in a file, or closed as `head` closes it. */
async function run(args: readonly string[], stdout: string | null, prefix: readonly string[] = []): Promise<Ended> {
  const fd = stdout === null ? 'pipe' : openSync(stdout, 'w');
  const [command = '', ...rest] = [...prefix, process.execPath, MAIN, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', fd, 'pipe'], env: process.env });
  if (typeof fd === 'number') closeSync(fd);
  child.stdout?.destroy();
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stderr };
}

/** Says why a test does nothing here. */
function skipUnless(holds: boolean, what: string): boolean {
  if (!holds) process.stderr.write(`Skipped: ${what}\n`);
  return !holds;
}

test.each([['--version'], ['--help'], ['list', '--help']])(
  'output on a full disk ends with the reason and no success: %j',
  async (...args) => {
    if (skipUnless(existsSync(FULL), `this machine has no ${FULL}`)) return;
    expect(await run(args, FULL)).toEqual({
      exitCode: 7,
      stderr: 'Standard output was truncated: no space left on device (ENOSPC, write). Make room there.\n',
    });
  },
);

test('a JSON error that a full disk does not take goes to standard error, with its own exit code', async () => {
  if (skipUnless(existsSync(FULL), `this machine has no ${FULL}`)) return;
  const { exitCode, stderr } = await run(['status', 'a/b', '--json'], FULL);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/is not a valid run name/);
});

test('a reader that went away is told nothing, and the command does not end with success', async () => {
  expect(await run(['--help'], null)).toEqual({ exitCode: 130, stderr: '' });
});

test('a user without a home folder needs none for help, and is told about HOME where a folder is needed', async () => {
  if (skipUnless(process.getuid?.() === 0, 'only root can become a user that /etc/passwd does not know')) return;
  const stranger = [
    'env',
    '-u',
    'HOME',
    '-u',
    'XDG_DATA_HOME',
    'setpriv',
    '--reuid=54321',
    '--regid=54321',
    '--clear-groups',
  ];
  const [command = '', ...options] = stranger;
  const canRead = spawnSync(command, [...options, 'test', '-r', __filename]).status === 0;
  if (skipUnless(canRead, 'this folder is for one user alone')) return;
  expect(await run(['--help'], '/dev/null', stranger)).toEqual({ exitCode: 0, stderr: '' });
  expect(await run(['dev'], '/dev/null', stranger)).toEqual({
    exitCode: 7,
    stderr:
      'There is no folder for data: this user has no home folder. Set HOME, or choose the folder with XDG_DATA_HOME.\n',
  });
});
