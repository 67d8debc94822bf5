import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { databaseFileOf, type DevSettings } from './dev-settings';
import { freePort, untilListening } from './local-port';
import { configureNamespace } from './namespace';
import { reasonOf } from './reason';
import { hasSearchAttributes } from './search-attributes';
import { startServerProcess } from './server-process';

/** A cold start on a busy small machine; half a second is usual (measured). */
const START_LIMIT_MS = 60_000;
/** It takes about one second (measured). A server in memory has nothing to save and gets no time. */
const STOP_GRACE_MS = 10_000;

export interface DevServerOptions {
  /** Path of a Temporal CLI, see find-server.ts. */
  readonly executable: string;
  readonly settings: DevSettings;
  /** Default: the settings' ports. Another free one is taken when it is in use; 0 asks for any. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Default: the settings' file; null keeps everything in memory. */
  readonly databaseFile?: string | null;
  /** True leaves the web page out. */
  readonly headless?: boolean;
}

export interface DevServer {
  /** host:port */
  readonly address: string;
  /** The web page; null when headless. */
  readonly uiUrl: string | null;
  readonly namespace: string;
  /** Settles when the server has ended, also when nobody asked it to. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/** The local Temporal server did not start; the message says why and quotes its log. */
export class DevServerError extends Error {
  override readonly name = 'DevServerError';
}

/**
 * Starts a Temporal server on 127.0.0.1 and waits until its namespace has the retention and the search attributes
 * of the settings. It ends with this process, however this process ends.
 *
 * We start the CLI ourselves and not by TestWorkflowEnvironment.createLocal, whose server gets the terminal's Ctrl-C
 * before the workers have finished, outlives a killed parent, and has five seconds to start.
 * @throws {DevServerError}
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { settings, databaseFile = databaseFileOf(settings), headless = false } = options;
  const port = await freePort(options.port ?? settings.port);
  const uiPort = headless ? null : await freePort(options.uiPort ?? settings.uiPort);
  const address = `127.0.0.1:${port}`;
  const scratch = databaseFile === null ? await mkdtemp(join(tmpdir(), 'glacier-transfer-temporal-')) : null;
  const logFile = scratch === null ? `${databaseFile}.log` : join(scratch, 'temporal.log');

  const server = startServerProcess(
    [options.executable, ...serverArguments(settings, port, uiPort, databaseFile)],
    logFile,
  );
  const stop = async (): Promise<void> => {
    await server.stop(scratch === null ? STOP_GRACE_MS : 0);
    if (scratch !== null) await rm(scratch, { recursive: true, force: true });
  };

  const ended = new AbortController();
  void server.exited.then(() => ended.abort(new Error('it ended at once')));
  try {
    await untilListening(port, AbortSignal.any([ended.signal, AbortSignal.timeout(START_LIMIT_MS)]));
    await prepareNamespace(address, settings);
  } catch (error) {
    const log = server.logTail();
    await stop();
    throw new DevServerError(whyNot(error, log, databaseFile));
  }
  return {
    address,
    uiUrl: uiPort === null ? null : `http://127.0.0.1:${uiPort}`,
    namespace: settings.namespace,
    exited: server.exited,
    stop,
  };
}

function serverArguments(
  settings: DevSettings,
  port: number,
  uiPort: number | null,
  databaseFile: string | null,
): readonly string[] {
  const { namespace, logLevel, searchAttributes, sqlitePragmas, dynamicConfig } = settings;
  // With an exclusive lock a second server on the same database fails at its start; without one both would run it.
  const pragmas = { ...sqlitePragmas, locking_mode: 'EXCLUSIVE' };
  return [
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    `--port=${port}`,
    `--namespace=${namespace}`,
    `--log-level=${logLevel}`,
    uiPort === null ? '--headless' : `--ui-port=${uiPort}`,
    ...pairs('--search-attribute', searchAttributes),
    ...pairs('--dynamic-config-value', dynamicConfig),
    ...(databaseFile === null ? [] : [`--db-filename=${databaseFile}`, ...pairs('--sqlite-pragma', pragmas)]),
  ];
}

const pairs = (flag: string, entries: Readonly<Record<string, string | number | boolean>>): readonly string[] =>
  Object.entries(entries).map(([name, value]) => `${flag}=${name}=${value}`);

async function prepareNamespace(address: string, settings: DevSettings): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await configureNamespace(connection, settings);
    while (!(await hasSearchAttributes(connection, settings.namespace)));
  } finally {
    await connection.close();
  }
}

function whyNot(error: unknown, log: string, databaseFile: string | null): string {
  if (log.includes('database is locked')) {
    return `Another Temporal server is using ${databaseFile}: connect to that one (TEMPORAL_ADDRESS), or stop it first.`;
  }
  return `The local Temporal server did not start: ${reasonOf(error)}. Its log ends with:\n${log}`;
}
