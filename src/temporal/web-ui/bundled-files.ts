import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, untilListening } from '../local-port';
import { reasonOf } from '../../reason';
import { startServerProcess } from '../server-process';
import { NO_HTTP_API } from '../start-dev-arguments';
import { readWebFiles, type WebFiles } from './files';

const LIMIT_MS = 60_000;

/**
 * The files of the Web UI inside a Temporal CLI. It serves them by HTTP only, so this starts an empty in-memory server, which
 * exits before this returns.
 * @param executable path of a Temporal CLI
 * @throws {Error} that quotes the CLI's log
 */
export async function bundledWebFiles(executable: string): Promise<WebFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'glacier-transfer-web-ui-'));
  const [port, uiPort, httpPort, metricsPort] = await freePorts([0, 0, 0, 0]);
  const ports = [`--port=${port}`, `--ui-port=${uiPort}`, `--http-port=${httpPort}`, `--metrics-port=${metricsPort}`];
  const server = startServerProcess(
    [executable, 'server', 'start-dev', '--ip=127.0.0.1', '--log-level=error', ...ports, NO_HTTP_API],
    join(folder, 'temporal.log'),
  );
  const ended = new AbortController();
  void server.exited.then(() => ended.abort(new Error('it ended at once')));
  try {
    await untilListening(uiPort, AbortSignal.any([ended.signal, AbortSignal.timeout(LIMIT_MS)]));
    return await readWebFiles(`http://127.0.0.1:${uiPort}`);
  } catch (error) {
    throw new Error(
      `The files of the Web UI cannot be read from ${executable}: ${reasonOf(error)}. Its log ends with:\n${server.logTail()}`,
      { cause: error },
    );
  } finally {
    await server.stop(0);
    await rm(folder, { recursive: true, force: true });
  }
}
