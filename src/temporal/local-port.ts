import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

async function listenOn(port: number): Promise<Server | null> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen(port, '127.0.0.1');
    await listening;
    return server;
  } catch {
    return null;
  }
}

/** A port that is wanted, or several in order of preference; 0 is any. */
export type WantedPort = number | readonly number[];

/**
 * Different free ports on 127.0.0.1: for each the first wanted one that is free, otherwise one chosen by the system. They are
 * free now, not reserved.
 */
export async function freePorts<const Wanted extends readonly WantedPort[]>(
  wanted: Wanted,
): Promise<{ -readonly [Index in keyof Wanted]: number }> {
  const servers: Server[] = [];
  try {
    for (const ports of wanted) servers.push(await listenOnFirst([ports, 0].flat()));
    return servers.map((server) => (server.address() as AddressInfo).port) as { [Index in keyof Wanted]: number };
  } finally {
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  }
}

async function listenOnFirst(ports: readonly number[]): Promise<Server> {
  for (const port of ports) {
    const server = await listenOn(port);
    if (server !== null) return server;
  }
  throw new Error('The system has no free TCP port on 127.0.0.1.');
}

/** One of {@link freePorts}. */
export const freePort = async (wanted: number): Promise<number> => (await freePorts([wanted]))[0];

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
