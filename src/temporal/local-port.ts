import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

async function tryPort(port: number): Promise<number | null> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen(port, '127.0.0.1');
    await listening;
    return (server.address() as AddressInfo).port;
  } catch {
    return null;
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

/**
 * A port on 127.0.0.1 that nothing listens on: the wanted one if it is free (0 wants any), otherwise one that the
 * system chooses. It is free now, not reserved.
 */
export async function freePort(wanted: number): Promise<number> {
  const port = (await tryPort(wanted)) ?? (await tryPort(0));
  if (port === null) throw new Error('The system has no free TCP port on 127.0.0.1.');
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
