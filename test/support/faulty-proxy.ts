import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request. */
export type Fault =
  /** Answered here; the service never sees it. */
  | { readonly kind: 'reply'; readonly status: number; readonly body?: string }
  /**
   * Served, but the answer is lost. Told by a 503, not by a broken connection: jest's `Error` is not Node's, so that the
   * AWS SDK does not know the errors of sockets in tests.
   */
  | { readonly kind: 'lose' }
  /** The connection breaks behind so many bytes of the answer's body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Nothing comes behind so many bytes of the answer's body, and the connection stays. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Served when the promise resolves. */
  | { readonly kind: 'hold'; readonly until: Promise<void> }
  /** One byte of the answer's body is another one. */
  | { readonly kind: 'corrupt'; readonly atByte: number };

export interface FaultyProxy {
  readonly endpoint: string;
  /** Requests that were handed on so far, `PUT /bucket/key?query`, in order of arrival. */
  readonly forwarded: readonly string[];
  /** Asked about each request; null lets it pass. Replace it at will. */
  fault: (method: string, url: string) => Fault | null;
  close(): Promise<void>;
}

/** An HTTP server in front of another one that does to requests what `fault` says. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const forwarded: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const fault = proxy.fault(incoming.method ?? '', incoming.url ?? '');
    if (fault?.kind === 'reply') {
      incoming.resume();
      outgoing.writeHead(fault.status).end(fault.body);
      return;
    }
    forwarded.push(`${incoming.method} ${incoming.url}`);
    const pass = (): void => forward(target, incoming, outgoing, fault);
    if (fault?.kind === 'hold') void fault.until.then(pass);
    else pass();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forwarded,
    fault: () => null,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}

function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | null): void {
  const { method, url, headers } = incoming;
  const through = request(new URL(url ?? '/', target), { method: method ?? 'GET', headers, agent: false });
  incoming.pipe(through);
  incoming.on('error', () => through.destroy());
  outgoing.on('close', () => through.destroy());
  through.on('error', () => outgoing.destroy());
  through.on('response', (reply) => {
    if (fault?.kind === 'lose') {
      reply.resume().on('end', () => outgoing.writeHead(503).end());
      return;
    }
    outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
    let at = 0;
    reply.on('data', (chunk: Buffer) => {
      send(outgoing, chunk, at, fault);
      at += chunk.length;
    });
    reply.on('end', () => {
      if (fault?.kind !== 'stall') outgoing.end();
    });
    // What the service breaks off is broken off here too.
    reply.on('error', () => outgoing.destroy());
  });
}

/** @param at position of the chunk in its body */
function send(outgoing: ServerResponse, chunk: Buffer, at: number, fault: Fault | null): void {
  if (fault?.kind === 'corrupt' && fault.atByte >= at && fault.atByte < at + chunk.length) {
    const changed = Buffer.from(chunk);
    changed.writeUInt8((chunk[fault.atByte - at] ?? 0) ^ 1, fault.atByte - at);
    outgoing.write(changed);
  } else if (fault?.kind === 'cut' || fault?.kind === 'stall') {
    const rest = fault.afterBytes - at;
    const breaks = fault.kind === 'cut' && rest <= chunk.length;
    // Not before the bytes in front of the break are on their way.
    const end = breaks ? () => outgoing.destroy() : () => undefined;
    if (rest > 0) outgoing.write(chunk.subarray(0, rest), end);
    else if (at === 0) end();
  } else {
    outgoing.write(chunk);
  }
}
