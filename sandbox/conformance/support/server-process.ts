import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerProcess {
  /** Settles when the server has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** What it has written so far. */
  readonly logTail: () => string;
  /** Kills it and waits until it has ended. */
  readonly stop: () => Promise<void>;
}

/** Starts a server that ends with this process: it is killed when its standard input ends. */
export function startServerProcess(command: readonly string[]): ServerProcess {
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
export async function freePort(): Promise<number> {
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
export async function untilListening(port: number, signal: AbortSignal): Promise<void> {
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
