import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { freePort, untilListening } from './local-port';

async function listening(port: number): Promise<{ port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

test('the wanted port when it is free, another one when it is taken', async () => {
  await using taken = await listening(0);
  const free = await freePort(0);
  await expect(freePort(free)).resolves.toBe(free);
  const other = await freePort(taken.port);
  expect(other).toBeGreaterThan(0);
  expect(other).not.toBe(taken.port);
});

test('waiting ends when something listens, or with the reason of the signal', async () => {
  const port = await freePort(0);
  const waiting = untilListening(port, AbortSignal.timeout(20_000));
  await using server = await listening(port);
  await expect(waiting).resolves.toBeUndefined();
  expect(server.port).toBe(port);
  await expect(untilListening(1, AbortSignal.abort(new Error('it ended')))).rejects.toThrow('it ended');
});
