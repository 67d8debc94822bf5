import type { IncomingMessage } from 'node:http';
import type { Call, Recognised, Refusal, Reply, SandboxContext, Service } from '../service';
import { assertRegion } from './buckets';
import { S3Error } from './errors';
import { startLifecycle } from './lifecycle';
import type { DiscardBodies } from './files';
import { parseTarget, type RequestTarget } from './request-target';
import { route, type Route } from './routes';
import { header, type Reply as S3Reply, type S3Call } from './s3-call';
import { Store } from './store';
import { refuseUnknownHeaders } from './unsupported';
import { errorDocument } from './xml';

export type { DiscardBodies } from './files';

export interface S3Options {
  /** Stores only what was verified of bodies: sizes, ETags and checksums. @default null, every byte is stored */
  readonly discardBodies?: DiscardBodies | null;
  /** How long RestoreObject takes. @default 0 */
  readonly restoreDelayMs?: number;
}

interface S3Service extends Service {
  readonly effects: {
    /** Makes an open upload disappear. Does nothing for an unknown one. */
    readonly abortUpload: (bucket: string, key: string, uploadId: string) => void;
  };
}

/** Amazon S3 over the wire: what a migration from Glacier and the AWS CLI need of it; the rest answers NotImplemented. */
export function createS3Service(context: SandboxContext, options: S3Options = {}): S3Service {
  const { restoreDelayMs = 0, discardBodies = null } = options;
  const store = Store.open(context.dataDir, discardBodies);
  const stopLifecycle = startLifecycle(store, context.clock);
  return {
    recognise: async (request, call) => recognise({ store, context, restoreDelayMs }, request, call),
    resourcePolicies: ({ detail }) => ({ policies: [store.bucketPolicy(String(detail['bucket'] ?? '')) ?? []].flat() }),
    effects: {
      abortUpload: (bucket, key, uploadId) => {
        if (store.findBucket(bucket)?.uploads.get(uploadId)?.start.key !== key) return;
        store.commit({ type: 'upload-aborted', bucket, uploadId });
      },
    },
    async close() {
      stopLifecycle();
      store.close();
    },
  };
}

type Shared = Pick<S3Call, 'store' | 'context' | 'restoreDelayMs'>;

function recognise(shared: Shared, request: IncomingMessage, call: Call): Recognised {
  const refuse = (refusal: S3Refusal): Reply => toWire(call, errorReply(request, call, refusal));
  const failed = (error: unknown): Reply =>
    refuse(error instanceof S3Error ? error : new S3Error('InternalError', String(error)));
  const isCopy = request.method === 'PUT' && request.headers['x-amz-copy-source'] !== undefined;
  let target: RequestTarget;
  let found: Route;
  try {
    target = parseTarget(request.url ?? '/', request.headers.host);
    found = route(request.method ?? 'GET', target, isCopy);
  } catch (error) {
    return { refuse, answer: async () => failed(error) };
  }
  call.operation = found.operation;
  Object.assign(call.detail, factsOf(request, target));
  return {
    refuse,
    answer: async (_signal, admission) => {
      try {
        const { headers } = request;
        const s3Call = { request, headers, ...target, region: call.region, admission, ...shared };
        assertOwner(s3Call);
        if (call.operation !== 'CreateBucket') assertRegion(s3Call);
        // The operation comes first, so that CopyObject is rejected by name and not because of a header.
        if (!isCopy) refuseUnknownHeaders(request.headers);
        return toWire(call, await found.handler(s3Call));
      } catch (error) {
        return failed(error);
      }
    },
  };
}

/** What the call log shows of a request. */
function factsOf({ method, headers }: IncomingMessage, { bucket, key, query }: RequestTarget): Call['detail'] {
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

function toWire(call: Call, { status, headers = {}, body }: S3Reply): Reply {
  const document = typeof body === 'string' ? { 'content-type': 'application/xml' } : {};
  return {
    status,
    headers: { 'x-amz-id-2': Buffer.from(`sandbox ${call.requestId}`).toString('base64'), ...document, ...headers },
    ...(body === undefined ? {} : { body }),
  };
}

type S3Refusal = Refusal & Partial<Pick<S3Error, 'details' | 'headers'>>;

function errorReply(request: IncomingMessage, call: Call, refusal: S3Refusal): S3Reply {
  const { code, message, status, details, headers = {} } = refusal;
  call.detail['errorCode'] = code;
  const body = errorDocument({
    Code: code,
    Message: message,
    ...details,
    Resource: request.url ?? '/',
    RequestId: call.requestId,
    HostId: 'sandbox',
  });
  return { status, headers, body };
}
