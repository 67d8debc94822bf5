import type { IncomingHttpHeaders } from 'node:http';
import { algorithmOfHeader, isWellFormed, type ChecksumAlgorithm } from './checksums/algorithms';
import { S3Error, notImplemented } from './errors';

/** What the headers of a request say about its body. */
export interface DeclaredPayload {
  /** Bytes of the payload, framing not counted. */
  readonly sizeBytes: number;
  /** The body is `aws-chunked`. */
  readonly framed: boolean;
  /** Lower-case hex; null when the payload is not signed. */
  readonly sha256: string | null;
  readonly md5: Buffer | null;
  /** `value` is base64; null when it comes in the trailer. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string | null } | null;
}

/** The only framing here; those whose chunks are signed are rejected. */
const FRAMED = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/**
 * Reads Content-Length, Content-MD5, x-amz-content-sha256, x-amz-checksum-*, x-amz-trailer and related headers.
 * @throws S3Error InvalidDigest, InvalidRequest, InvalidArgument, MissingContentLength, NotImplemented
 */
export function declaredPayload(headers: IncomingHttpHeaders): DeclaredPayload {
  const contentSha256 = single(headers['x-amz-content-sha256']) ?? 'UNSIGNED-PAYLOAD';
  const framed = contentSha256 === FRAMED;
  return {
    sizeBytes: declaredSize(framed ? single(headers['x-amz-decoded-content-length']) : headers['content-length']),
    framed,
    sha256: framed || contentSha256 === 'UNSIGNED-PAYLOAD' ? null : hexSha256(contentSha256),
    md5: md5(headers['content-md5']),
    checksum: declaredChecksum(headers),
  };
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

function declaredSize(value: string | undefined): number {
  if (value !== undefined && /^\d{1,15}$/.test(value)) return Number(value);
  throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
}

function hexSha256(value: string): string {
  if (/^[0-9a-f]{64}$/i.test(value)) return value.toLowerCase();
  if (value.startsWith('STREAMING-')) throw notImplemented(`x-amz-content-sha256: ${value}`);
  throw new S3Error(
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING-* value or a valid sha256 value.',
  );
}

function md5(value: string | string[] | undefined): Buffer | null {
  if (value === undefined) return null;
  const bytes = Buffer.from(single(value) ?? '', 'base64');
  if (bytes.length !== 16) throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  return bytes;
}

/** Fields of the x-amz-checksum- family that are not checksums. */
const NO_VALUE = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type']);

function declaredChecksum(headers: IncomingHttpHeaders): DeclaredPayload['checksum'] {
  const given = Object.keys(headers)
    .filter((field) => field.startsWith('x-amz-checksum-') && !NO_VALUE.has(field))
    .map((field) => ({ field, value: single(headers[field]) ?? null }));
  const trailers = (single(headers['x-amz-trailer']) ?? '').split(',').map((field) => field.trim().toLowerCase());
  const announced = trailers.filter((field) => field !== '').map((field) => ({ field, value: null }));
  const all = [...given, ...announced];
  if (all.length > 1) {
    throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header. Multiple are not allowed.');
  }
  const named = single(headers['x-amz-sdk-checksum-algorithm'])?.toUpperCase();
  const [only] = all;
  if (only === undefined) {
    if (named === undefined) return null;
    const problem = 'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer';
    throw new S3Error('InvalidRequest', `${problem} headers were found.`);
  }
  const algorithm = algorithmOfHeader(only.field);
  if (algorithm === null) throw notImplemented(`the checksum ${only.field}`);
  if (named !== undefined && named !== algorithm) {
    throw new S3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  if (only.value !== null) assertWellFormed(algorithm, only.value, only.field);
  return { algorithm, value: only.value };
}

/** @throws S3Error InvalidRequest if a value cannot be a checksum of the algorithm */
export function assertWellFormed(algorithm: ChecksumAlgorithm, value: string, field: string): void {
  if (!isWellFormed(algorithm, value)) throw new S3Error('InvalidRequest', `Value for ${field} header is invalid.`);
}
