import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { CallRecord } from './calls';
import { foreignRequest } from './foreign-request';
import { errorDocument } from './s3/xml';
import { BrokenOff, resetConnection, sendReply } from './send';
import { type Call, type Recognised, type Reply, SERVICE_NAMES, type Service, type ServiceName } from './service';

const KEEP_ALIVE_MS = 10 * 60 * 1000;

/**
 * Opens the port on 127.0.0.1; requests wait until `serve` is called.
 * @param port 0 for any free one
 * @throws Error if the port is in use
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

interface Serving {
  readonly services: Readonly<Partial<Record<ServiceName, Service>>>;
  /** Called after each call has ended. */
  readonly onCall: (call: CallRecord) => void;
  /** Wraps the answer to a recognised request: access checks and faults. Null: the connection is reset without an answer. */
  readonly around?: (incoming: Incoming, signal: AbortSignal) => Promise<Reply | null>;
  /** Answers requests for the sandbox itself, which no AWS client makes; null for all others. */
  readonly control?: (request: IncomingMessage) => Promise<Reply> | null;
}

/** A recognised request before its answer. */
export interface Incoming {
  readonly request: IncomingMessage;
  readonly call: Call;
  readonly recognised: Recognised;
}

/**
 * Sends each request to the service it is signed for, and reports every call when it has ended.
 * @returns ends all connections, open long polls too, and resolves when no request is being handled any more
 */
export function serve(server: Server, serving: Serving): () => Promise<void> {
  const running = new Map<AbortController, Promise<void>>();
  server.on('request', (request, response) => {
    const ending = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) ending.abort();
    });
    const answered = dispatch(serving, request, response, ending.signal).finally(() => running.delete(ending));
    running.set(ending, answered);
  });
  return async () => {
    const closed = once(server, 'close');
    server.close();
    for (const ending of running.keys()) ending.abort();
    // Long polls end empty now, and their answers are still sent.
    await setImmediate();
    server.closeAllConnections();
    await Promise.all([closed, ...running.values()]);
  };
}

/** Who signed a request, and for which service. */
interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** As the client wrote it: may be a service that the sandbox does not emulate. */
  readonly service: string;
}

/**
 * Reads the SigV4 credential scope (`AKID/20261123/us-east-1/glacier/aws4_request`) of the Authorization header;
 * null for a request without one. The signature itself is not checked.
 */
export function credentialScope({ headers }: Pick<IncomingMessage, 'headers'>): CredentialScope | null {
  const credential = /\bCredential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const match = /^(.+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential);
  const [, accessKeyId, region, service] = match ?? [];
  return accessKeyId === undefined || region === undefined || service === undefined
    ? null
    : { accessKeyId, region, service };
}

async function dispatch(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const requestId = randomUUID();
  const foreign = foreignRequest(request.headers);
  if (foreign !== null) {
    await sendReply(request, response, accessDenied(requestId, foreign)).catch(() => response.destroy());
    return;
  }
  const forSandbox = serving.control?.(request) ?? null;
  if (forSandbox !== null) {
    await forSandbox.then((reply) => sendReply(request, response, reply)).catch(() => sendFailure(response));
    return;
  }
  const time = new Date().toISOString();
  const report = ({ service, operation, detail }: Pick<CallRecord, 'service' | 'operation' | 'detail'>): void => {
    const status = response.writableFinished ? response.statusCode : 0;
    serving.onCall({ time, service, operation, status, requestId, detail });
  };

  const scope = credentialScope(request);
  const name = SERVICE_NAMES.find((known) => known === scope?.service);
  const service = name && serving.services[name];
  if (scope === null || name === undefined || service === undefined) {
    const detail: CallRecord['detail'] = scope === null ? {} : { signedFor: scope.service };
    response.once('close', () => report({ service: 'unknown', operation: 'Unknown', detail }));
    await sendReply(request, response, unknownService(requestId, request, scope !== null));
    return;
  }

  const { accessKeyId, region } = scope;
  const call: Call = { service: name, requestId, region, accessKeyId, operation: 'Unknown', detail: {} };
  let sentBytes = 0;
  response.once('close', () => {
    // Also of a truncated body: a piece counts when the next one is read.
    if (sentBytes > 0) call.detail['sentBytes'] = sentBytes;
    report(call);
  });
  response.setHeader(name === 's3' ? 'x-amz-request-id' : 'x-amzn-RequestId', requestId);
  try {
    const recognised = await service.recognise(request, call);
    const around = serving.around ?? (() => recognised.answer(signal));
    const reply = await around({ request, call, recognised }, signal);
    if (reply === null) await resetConnection(response);
    else await sendReply(request, response, reply, (bytes) => (sentBytes += bytes));
  } catch (error) {
    if (error instanceof BrokenOff) return;
    call.detail['failure'] = error instanceof Error ? error.message : String(error);
    sendFailure(response);
  }
}

const accessDenied = (requestId: string, why: string): Reply =>
  errorReply(requestId, 403, 'AccessDenied', `Access Denied: ${why}`);

/** The answer to a request for no service of the sandbox. */
function unknownService(requestId: string, { url = '' }: IncomingMessage, isSigned: boolean): Reply {
  const notImplemented = (what: string): Reply => errorReply(requestId, 501, 'NotImplemented', what);
  if (isSigned) {
    return notImplemented('The sandbox has glacier, s3, sns and sqs; the request is signed for another service.');
  }
  if (/[?&]X-Amz-Signature=/.test(url)) return notImplemented('Presigned URLs are not implemented by the sandbox.');
  return accessDenied(requestId, 'the request has no AWS Signature Version 4 credentials.');
}

const errorReply = (requestId: string, status: number, code: string, message: string): Reply => ({
  status,
  headers: { 'x-amz-request-id': requestId, 'content-type': 'application/xml' },
  body: errorDocument({ Code: code, Message: message, RequestId: requestId }),
});

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
