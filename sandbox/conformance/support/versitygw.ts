import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installBeside, lastLineOf, type Tool, TOOL_CACHE } from './tool-cache';

const VERSION = 'v1.7.0';
const PACKAGE = `github.com/versity/versitygw/cmd/versitygw@${VERSION}`;
const FOLDER = join(TOOL_CACHE, `versitygw-${VERSION}`);
const EXECUTABLE = join(FOLDER, 'versitygw');

/** One minute is usual on two idle cores (measured). */
const INSTALL_LIMIT_MS = 300_000;
const START_LIMIT_MS = 30_000;

function isInstalled(): boolean {
  try {
    accessSync(EXECUTABLE, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install(unfinished: string): void {
  // Outside of any module, and with the settings of the user's own Go.
  const env = { ...process.env, GOBIN: unfinished };
  execFileSync('go', ['install', PACKAGE], { cwd: unfinished, env, stdio: 'pipe', timeout: INSTALL_LIMIT_MS });
}

function findVersitygw(): Tool<string> {
  if (isInstalled()) return { found: EXECUTABLE };
  try {
    installBeside(FOLDER, install);
  } catch (error) {
    // Losing a race for the rename fails too, but leaves the winner's program.
    if (!isInstalled()) return { missing: `No versitygw ${VERSION}: go could not install it (${lastLineOf(error)}).` };
  }
  return { found: EXECUTABLE };
}

/** An S3 gateway in Go that has nothing to do with this project. Found while the test file loads, as jest must know by then. */
export const versitygw = findVersitygw();

/** The pair of keys of its only account. */
export const GATEWAY_CREDENTIALS = { accessKeyId: 'gateway', secretAccessKey: 'gateway-secret' } as const;

interface Gateway {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Starts versitygw on 127.0.0.1 with fresh folders; it ends with this process at the latest.
 * @throws {Error} with the end of its log if it does not start
 */
export async function startVersitygw(region: string): Promise<Gateway> {
  if (!('found' in versitygw)) throw new Error(versitygw.missing);
  const folder = await mkdtemp(join(tmpdir(), 'versitygw-'));
  const [objects, metadata, versions] = ['objects', 'metadata', 'versions'].map((name) => join(folder, name));
  await Promise.all([objects, metadata, versions].map((path) => mkdir(String(path))));
  const port = await freePort();
  const { accessKeyId, secretAccessKey } = GATEWAY_CREDENTIALS;
  const account = ['env', `ROOT_ACCESS_KEY_ID=${accessKeyId}`, `ROOT_SECRET_ACCESS_KEY=${secretAccessKey}`];
  const gateway = [versitygw.found, '--port', `127.0.0.1:${port}`, '--region', region, '--quiet'];
  // Metadata in separate files, because not every file system has extended attributes.
  const backend = ['posix', '--versioning-dir', String(versions), String(objects)];
  const server = startServerProcess([...account, ...gateway, ...backend]);
  const ended = new AbortController();
  void server.exited.then(() => ended.abort(new Error(`versitygw ended at once: ${server.logTail()}`)));
  const close = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true });
  };
  try {
    await untilListening(port, AbortSignal.any([ended.signal, AbortSignal.timeout(START_LIMIT_MS)]));
  } catch (error) {
    await close();
    throw error;
  }
  return { endpoint: `http://127.0.0.1:${port}`, close };
}

interface ServerProcess {
  /** Settles when the server has ended, for any reason. */
  readonly exited: Promise<void>;
  /** Its output so far. */
  readonly logTail: () => string;
  /** Kills it and waits until it has ended. */
  readonly stop: () => Promise<void>;
}

/** Starts a server that ends with this process: it is killed when its standard input ends. */
function startServerProcess(command: readonly string[]): ServerProcess {
  const script = 'exec 3<&0; "$@" 3<&- </dev/null & { cat <&3; kill $!; } >/dev/null 2>&1 & wait %1';
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...command], { stdio: ['pipe', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += String(text)));
  const exited = once(child, 'exit').then(() => undefined);
  return {
    exited,
    logTail: () => log.trim(),
    stop: async () => {
      child.stdin.destroy();
      await exited;
    },
  };
}

/** A port of 127.0.0.1 on which nothing listens now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Waits until something listens on the port of 127.0.0.1.
 * @throws the signal's reason when it aborts first
 */
async function untilListening(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await sleep(20);
      signal.throwIfAborted();
    } finally {
      socket.destroy();
    }
  }
}
