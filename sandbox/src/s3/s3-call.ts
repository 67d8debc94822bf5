import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Admission, SandboxContext } from '../service';
import { S3Error } from './errors';
import type { Store } from './store';

/** One parsed request. */
export interface S3Call {
  readonly request: IncomingMessage;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  /** Empty for operations on the account. */
  readonly bucket: string;
  /** Empty for operations on a bucket. */
  readonly key: string;
  readonly region: string;
  readonly admission?: Admission | undefined;
  readonly store: Store;
  readonly context: SandboxContext;
  /** How long RestoreObject takes. */
  readonly restoreDelayMs: number;
}

/** What a handler answers; a text body is XML. */
export interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | AsyncIterable<Buffer>;
}

/** Executes one operation; throws an S3Error for every rejection. */
export type Handler = (call: S3Call) => Reply | Promise<Reply>;

export const xmlReply = (body: string, headers: OutgoingHttpHeaders = {}): Reply => ({ status: 200, headers, body });

/** The account as S3 names owners: its canonical user id, derived from the account number. */
export const owner = ({ context }: S3Call): { readonly ID: string; readonly DisplayName: string } => ({
  ID: createHash('sha256').update(context.accountId).digest('hex'),
  DisplayName: context.accountId,
});

/** A header that S3 allows once. */
export function header(call: S3Call, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/**
 * A non-negative integer of the query or a header, at most `largest`: like S3, clamps greater values.
 * @throws S3Error InvalidArgument
 */
export function boundedInteger(name: string, value: string | null | undefined, largest: number): number | null {
  if (value === null || value === undefined || value === '') return null;
  if (!/^\d{1,9}$/.test(value)) {
    throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
      ArgumentName: name,
      ArgumentValue: value,
    });
  }
  return Math.min(Number(value), largest);
}

/** Time stamp of XML documents. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();
/** Time stamp of headers. */
export const httpTime = (ms: number): string => new Date(ms).toUTCString();
/** A time in the whole seconds that S3 stores. */
export const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

export const quoted = (etag: string): string => `"${etag}"`;
export const unquoted = (etag: string): string => etag.trim().replace(/^"(.*)"$/, '$1');
