import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { databaseFileOf, type DevSettings } from './dev-settings';
import { freePorts, untilListening, type WantedPort } from './local-port';
import { PORTS_CLOSED_TO_BROWSERS } from './ports-closed-to-browsers';
import { makePrivate } from './private-database';
import { reasonOf } from '../reason';
import { hasSearchAttributes } from './search-attributes';
import { startServerProcess } from './server-process';
import { startDevArguments } from './start-dev-arguments';
import { bundledWebFiles } from './web-ui/bundled-files';
import { startWebUi, type WebUi } from './web-ui/server';
import { google, temporal } from '@temporalio/proto';

const KEYWORD = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
const SECONDS_PER_DAY = 86_400;

/**
 * Gives the namespace the retention and the search attributes of the settings. The server's own options set
 * attributes only when it creates its database, and have nothing for retention; this can be repeated at any time.
 */
export async function configureNamespace(connection: Connection, settings: DevSettings): Promise<void> {
  const { namespace } = settings;
  await connection.workflowService.updateNamespace({
    namespace,
    config: {
      workflowExecutionRetentionTtl: google.protobuf.Duration.fromObject({
        seconds: settings.retentionDays * SECONDS_PER_DAY,
      }),
    },
  });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.keys(settings.searchAttributes).filter((name) => !(name in customAttributes));
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
  });
}

/** A cold start on a busy small machine; half a second is usual (measured). */
const START_LIMIT_MS = 60_000;
/** It takes about one second (measured). A server in memory has nothing to save and gets no time. */
const STOP_GRACE_MS = 10_000;

export interface DevServerOptions {
  /** Path of a Temporal CLI, see temporal-cli-executable.ts. */
  readonly executable: string;
  readonly settings: DevSettings;
  /** Default: the settings' ports. If one is in use, another free port is taken; 0 takes any, also for the others. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Default: the settings' file; null keeps everything in memory. */
  readonly databaseFile?: string | null;
  /** True: without the Web UI. */
  readonly headless?: boolean;
}

export interface DevServer {
  /** host:port */
  readonly address: string;
  /** URL of the Web UI; null when headless. */
  readonly uiUrl: string | null;
  readonly namespace: string;
  /** Settles when the server has exited, even unexpectedly. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/** The local Temporal server did not start; the message says why and quotes its log. */
class DevServerError extends Error {
  override readonly name = 'DevServerError';
}

/**
 * Starts a Temporal server on 127.0.0.1 and waits until its namespace has the retention and the search attributes
 * of the settings, and its Web UI is served. Both exit with this process, even if it is killed. Neither accepts
 * requests from web pages: see test/e2e/local-server.full.test.ts.
 *
 * Not TestWorkflowEnvironment.createLocal: its server receives the terminal's Ctrl-C before the workers have finished,
 * outlives a killed parent, and has five seconds to start.
 * @throws {DevServerError}
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { executable, settings, databaseFile = databaseFileOf(settings), headless = false } = options;
  const beside = (wanted: WantedPort): WantedPort => (options.port === 0 ? 0 : wanted);
  const [port, httpPort, metricsPort, uiPort] = await freePorts([
    options.port ?? settings.port,
    beside([settings.httpPort, ...PORTS_CLOSED_TO_BROWSERS]),
    beside([settings.metricsPort, ...PORTS_CLOSED_TO_BROWSERS]),
    options.uiPort ?? beside(settings.uiPort),
  ]);
  const address = `127.0.0.1:${port}`;
  const scratch = databaseFile === null ? await mkdtemp(join(tmpdir(), 'glacier-transfer-temporal-')) : null;
  const logFile = scratch === null ? `${databaseFile}.log` : join(scratch, 'temporal.log');
  if (databaseFile !== null) makePrivate(databaseFile);

  const server = startServerProcess(
    [executable, ...startDevArguments(settings, { port, httpPort, metricsPort }, databaseFile)],
    logFile,
  );
  const webUi = headless ? null : openWebUi(executable, uiPort, address);
  // Awaited below, after the server has started.
  void webUi?.catch(() => undefined);
  const stop = async (): Promise<void> => {
    await webUi?.then((opened) => opened.close()).catch(() => undefined);
    await server.stop(scratch === null ? STOP_GRACE_MS : 0);
    if (scratch !== null) await rm(scratch, { recursive: true, force: true });
  };

  const ended = new AbortController();
  void server.exited.then(() => ended.abort(new Error('it ended at once')));
  try {
    await untilListening(port, AbortSignal.any([ended.signal, AbortSignal.timeout(START_LIMIT_MS)]));
    await prepareNamespace(address, settings);
    const uiUrl = webUi === null ? null : (await webUi).url;
    return { address, uiUrl, namespace: settings.namespace, exited: server.exited, stop };
  } catch (error) {
    const log = server.logTail();
    await stop();
    throw new DevServerError(whyNot(error, log, databaseFile));
  }
}

/** The Web UI has its own connection, created on its first request. */
async function openWebUi(executable: string, port: number, address: string): Promise<WebUi> {
  const files = await bundledWebFiles(executable);
  const connection = Connection.lazy({ address });
  const webUi = await startWebUi(port, connection, files);
  return {
    url: webUi.url,
    async close() {
      await webUi.close();
      await connection.close();
    },
  };
}

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
