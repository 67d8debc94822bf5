import { notImplemented, S3Error } from './errors';
import type { StoredObject } from './model';
import { header, unquoted, type S3Call } from './s3-call';

const matches = (condition: string, etag: string): boolean =>
  condition.trim() === '*' || condition.split(',').some((candidate) => unquoted(candidate) === etag);

/**
 * The conditions of a read (RFC 9110, section 13.2.2; a time condition counts only without its ETag condition).
 * Returns whether the client's copy is still current: 304.
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

/**
 * Rejects a write whose condition does not hold ("Conditional writes" of the S3 user guide). A delete marker counts as
 * no object. `keyChanged`: another write or a deletion of the key succeeded since the write began, which for a multipart
 * upload is its creation.
 * @throws S3Error PreconditionFailed, NoSuchKey, ConditionalRequestConflict, NotImplemented
 */
export function assertMayWrite(call: S3Call, keyChanged: boolean): void {
  const match = header(call, 'if-match');
  const noneMatch = header(call, 'if-none-match');
  if (match === undefined && noneMatch === undefined) return;
  if (match !== undefined && noneMatch !== undefined) throw notImplemented('If-Match together with If-None-Match');
  const current = call.store.bucket(call.bucket).objects.get(call.key);
  if (match === undefined) {
    if (noneMatch !== '*') throw notImplemented('If-None-Match other than * on a write');
    if (current !== undefined) throw failed('If-None-Match');
  } else {
    if (match === '*') throw notImplemented('If-Match: * on a write');
    if (current === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: call.key });
    if (unquoted(match) !== current.etag) throw failed('If-Match');
  }
  if (!keyChanged) return;
  throw new S3Error(
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    { Condition: match === undefined ? 'If-None-Match' : 'If-Match', Key: call.key },
  );
}

const failed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
