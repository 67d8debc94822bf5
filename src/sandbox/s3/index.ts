import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished, pipeline } from 'node:stream/promises';
import type { Call, SandboxContext, Service } from '../service';
import { assertRegion } from './buckets';
import { errorDocument } from './xml';
import { S3Error } from './errors';
import { parseTarget, type RequestTarget } from './request-target';
import { route } from './routes';
import { header, type Reply, type S3Call } from './s3-call';
import { Store } from './store';
import { refuseUnknownHeaders } from './unsupported';

/** Amazon S3 over the wire: what this project and the AWS CLI need of it; the rest answers NotImplemented. */
export function createS3Service(context: SandboxContext): Service {
  const store = Store.open(context.dataDir);
  return {
    async handle(request, response, call) {
      response.setHeader('x-amz-request-id', call.requestId);
      response.setHeader('x-amz-id-2', Buffer.from(`sandbox ${call.requestId}`).toString('base64'));
      try {
        await send(request, response, await answer(context, store, request, call));
      } catch (error) {
        await sendError(request, response, call, error);
      }
    },
    async close() {
      store.close();
    },
  };
}

async function answer(context: SandboxContext, store: Store, request: IncomingMessage, call: Call): Promise<Reply> {
  const target = parseTarget(request.url ?? '/', request.headers.host);
  const copies = request.method === 'PUT' && request.headers['x-amz-copy-source'] !== undefined;
  const { operation, handler } = route(request.method ?? 'GET', target, copies);
  call.operation = operation;
  call.detail = detail(request, target);
  const { headers } = request;
  const s3Call: S3Call = { request, headers, ...target, region: call.region, store, context };
  assertOwner(s3Call);
  if (operation !== 'CreateBucket') assertRegion(s3Call);
  // First the operation, so that the refusal of CopyObject says so and does not name a header.
  if (!copies) refuseUnknownHeaders(headers);
  return handler(s3Call);
}

/** What the call log shows of a request. */
function detail({ method, headers }: IncomingMessage, { bucket, key, query }: RequestTarget): Call['detail'] {
  const size = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
  const partNumber = query.get('partNumber');
  return {
    ...(bucket === '' ? {} : { bucket }),
    ...(key === '' ? {} : { key }),
    ...(partNumber === null ? {} : { partNumber: Number(partNumber) }),
    ...(query.has('uploadId') ? { uploadId: query.get('uploadId') ?? '' } : {}),
    ...(headers.range === undefined ? {} : { range: headers.range }),
    ...((method === 'PUT' || method === 'POST') && size !== undefined ? { sizeBytes: Number(size) } : {}),
  };
}

/** @throws S3Error AccessDenied when the caller expects another account to own the bucket */
function assertOwner(call: S3Call): void {
  const expected = header(call, 'x-amz-expected-bucket-owner');
  if (expected !== undefined && expected !== call.context.accountId) throw new S3Error('AccessDenied', 'Access Denied');
}

async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const { status, headers = {}, body } = reply;
  if (typeof body === 'string') {
    const bytes = Buffer.from(body);
    response.writeHead(status, { 'content-type': 'application/xml', 'content-length': bytes.length, ...headers });
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return;
  }
  response.writeHead(status, body === undefined ? withLength(status, headers) : headers);
  if (body === undefined) response.end();
  else await pipeline(body, response);
}

/** An empty answer says so, except where the length is that of a body not sent, or none may be given. */
const withLength = (status: number, headers: NonNullable<Reply['headers']>): NonNullable<Reply['headers']> =>
  status === 204 || status === 304 ? headers : { 'content-length': 0, ...headers };

async function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  call: Call,
  error: unknown,
): Promise<void> {
  if (response.headersSent || request.socket.destroyed) {
    // The client left, or must see that the body it is reading is cut.
    response.destroy();
    return;
  }
  const { code, message, status, details, headers } =
    error instanceof S3Error ? error : new S3Error('InternalError', String(error));
  call.detail['errorCode'] = code;
  const body = errorDocument({
    Code: code,
    Message: message,
    ...details,
    Resource: request.url ?? '/',
    RequestId: call.requestId,
    HostId: 'sandbox',
  });
  // A client that is still sending does not look for an answer, and one cut off meanwhile never sees it.
  await finished(request.resume()).catch(() => response.destroy());
  await send(request, response, { status, headers, body });
}
