import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallRecord } from './calls';
import { credentialScope } from './route';
import type { Call, Service, ServiceName } from './service';

const KEEP_ALIVE_MS = 10 * 60 * 1000;

/**
 * Opens the port on 127.0.0.1; requests are answered once `serve` is called.
 * @param port 0 for any free one
 * @throws Error saying so when the port is taken
 */
export async function listen(port: number): Promise<Server> {
  // An upload may take hours, and a client's pooled connection must not be closed just as it is used again.
  const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${port} on 127.0.0.1 is in use: another sandbox may be running. Choose another port.`, {
      cause: error,
    });
  }
  return server;
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

export type Services = Readonly<Record<ServiceName, Service>>;

/**
 * Sends each request to the service it is signed for, and reports every call when it has ended.
 * @returns ends all connections and resolves when no request is being handled any more
 */
export function serve(server: Server, services: Services, onCall: (call: CallRecord) => void): () => Promise<void> {
  const running = new Set<Promise<void>>();
  server.on('request', (request, response) => {
    const answered = dispatch(services, request, response, onCall).finally(() => running.delete(answered));
    running.add(answered);
  });
  return async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await Promise.all([closed, ...running]);
  };
}

async function dispatch(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  onCall: (call: CallRecord) => void,
): Promise<void> {
  const time = new Date().toISOString();
  const requestId = randomUUID();
  const report = (call: Pick<CallRecord, 'service' | 'operation' | 'detail'>): void => {
    const status = response.writableFinished ? response.statusCode : 0;
    const { service, operation, detail } = call;
    onCall({ time, service, operation, status, requestId, detail });
  };

  const scope = credentialScope(request);
  if (scope === null || !isServiceName(scope.service)) {
    const detail: CallRecord['detail'] = scope === null ? {} : { signedFor: scope.service };
    response.once('close', () => report({ service: 'unknown', operation: 'Unknown', detail }));
    refuse(response, requestId, scope !== null);
    return;
  }

  const { accessKeyId, region, service } = scope;
  const call: Call = { service, requestId, region, accessKeyId, operation: 'Unknown', detail: {} };
  response.once('close', () => report(call));
  if (service !== 's3') response.setHeader('x-amzn-RequestId', requestId);
  try {
    await services[service].handle(request, response, call);
  } catch (error) {
    call.detail['failure'] = error instanceof Error ? error.message : String(error);
    sendFailure(response);
  }
}

const isServiceName = (name: string): name is ServiceName => ['glacier', 's3', 'sns', 'sqs'].includes(name);

function refuse(response: ServerResponse, requestId: string, isSigned: boolean): void {
  const [status, code, message] = isSigned
    ? [501, 'NotImplemented', 'The sandbox has glacier, s3, sns and sqs; the request is signed for another service.']
    : [403, 'AccessDenied', 'Access Denied: the request carries no AWS Signature Version 4 credentials.'];
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('Content-Type', 'application/xml');
  response.statusCode = status;
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId></Error>`,
  );
}

/** After a fault of the sandbox itself, or of the connection. */
function sendFailure(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.statusCode = 500;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ code: 'InternalFailure', message: 'The sandbox failed.', type: 'Server' }));
}
