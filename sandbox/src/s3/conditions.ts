import { S3Error } from './errors';
import type { StoredObject } from './model';
import { header, unquoted, type S3Call } from './s3-call';

const matches = (condition: string, etag: string): boolean =>
  condition.trim() === '*' || condition.split(',').some((candidate) => unquoted(candidate) === etag);

/**
 * The conditions of a read (RFC 9110, section 13.2.2; a time condition counts only without its ETag condition).
 * Returns whether the client's copy is still good: 304.
 * @throws S3Error PreconditionFailed
 */
export function isNotModified(call: S3Call, object: StoredObject): boolean {
  const match = header(call, 'if-match');
  const unmodifiedSince = header(call, 'if-unmodified-since');
  if (match !== undefined) {
    if (!matches(match, object.etag)) throw failed('If-Match');
  } else if (unmodifiedSince !== undefined && object.modifiedMs > Date.parse(unmodifiedSince)) {
    throw failed('If-Unmodified-Since');
  }
  const noneMatch = header(call, 'if-none-match');
  if (noneMatch !== undefined) return matches(noneMatch, object.etag);
  const modifiedSince = header(call, 'if-modified-since');
  return modifiedSince !== undefined && object.modifiedMs <= Date.parse(modifiedSince);
}

const failed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
