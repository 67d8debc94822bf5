import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SignedRequest } from '../signature';

/** A server that records what clients send, in the form that signature verification takes. */
export interface Recorder {
  readonly endpoint: string;
  /**
   * The request that a call sends; its outcome does not matter.
   * @param readsBody whether the service reads the body before it checks the signature
   */
  record(call: () => Promise<unknown>, readsBody: boolean): Promise<SignedRequest>;
  close(): Promise<void>;
}

export async function startRecorder(): Promise<Recorder> {
  const received: { readonly request: IncomingMessage; readonly bodySha256: string }[] = [];
  const server = createServer((request, response) => {
    const hash = createHash('sha256');
    request.on('data', (bytes: Buffer) => hash.update(bytes));
    request.once('end', () => {
      received.push({ request, bodySha256: hash.digest('hex') });
      response.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    record: async (call, readsBody) => {
      received.length = 0;
      await call().catch(() => {});
      const [first] = received;
      if (first === undefined) throw new Error('the call sent no request');
      const { method = '', url = '', rawHeaders } = first.request;
      return { method, target: url, rawHeaders, bodySha256: readsBody ? first.bodySha256 : null };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
