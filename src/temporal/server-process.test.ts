import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { transformFileSync } from '@swc/core';
import { startServerProcess } from './server-process';

/** Stands for the server: it writes down which signal ended it. */
const SERVER = [
  'sh',
  '-c',
  "trap 'echo interrupted; exit' INT; trap 'echo terminated; exit' TERM; echo up; while :; do sleep 0.02; done",
];
const STUBBORN = ['sh', '-c', "trap '' TERM; echo up; while :; do sleep 0.02; done"];

let folder: string;
let logFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'server-process-'));
  logFile = join(folder, 'server.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function untilLogged(line: string): Promise<void> {
  while (!existsSync(logFile) || !readFileSync(logFile, 'utf8').split('\n').includes(line)) await sleep(5);
}

/** A process that starts the server, as the CLI does, and stops it in order on Ctrl-C. */
function startParent(): ChildProcess {
  const { code } = transformFileSync(join(__dirname, 'server-process.ts'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  // Listens before the server can say that it is up, at which the test sends its signal.
  const main = `
    process.once('SIGINT', () => server.stop(10_000));
    const server = startServerProcess(${JSON.stringify(SERVER)}, ${JSON.stringify(logFile)});`;
  return spawn(process.execPath, ['-e', code + main], { detached: true, stdio: 'inherit' });
}

test('the server is told to end, and its end is awaited', async () => {
  const server = startServerProcess(SERVER, logFile);
  await untilLogged('up');
  await server.stop(10_000);
  await server.stop(10_000);
  await expect(server.exited).resolves.toBeUndefined();
  expect(server.logTail()).toBe('up\nterminated');
});

test('one that will not end is killed after its grace time', async () => {
  const server = startServerProcess(STUBBORN, logFile);
  await untilLogged('up');
  await server.stop(1);
  expect(server.logTail()).toBe('up');
});

test('its own end is noticed, and only its own output is quoted', async () => {
  await startServerProcess(['echo', 'first'], logFile).exited;
  const server = startServerProcess(['sh', '-c', 'echo second; exit 3'], logFile);
  await server.exited;
  expect(server.logTail()).toBe('second');
  expect(readFileSync(logFile, 'utf8')).toBe('first\nsecond\n');
});

test('it ends when its parent is killed', async () => {
  const parent = startParent();
  await untilLogged('up');
  parent.kill('SIGKILL');
  await untilLogged('terminated');
  expect(readFileSync(logFile, 'utf8')).toBe('up\nterminated\n');
});

test('Ctrl-C reaches the parent only, which stops it', async () => {
  const parent = startParent();
  await untilLogged('up');
  // What a terminal does: the signal goes to the whole process group.
  process.kill(-(parent.pid ?? Number.NaN), 'SIGINT');
  await once(parent, 'exit');
  expect(readFileSync(logFile, 'utf8')).toBe('up\nterminated\n');
});
