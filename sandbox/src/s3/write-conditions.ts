import { notImplemented, S3Error } from './errors';
import { header, unquoted, type S3Call } from './s3-call';

/**
 * Refuses a write whose condition does not hold ("Conditional writes" of the S3 user guide). A delete marker counts as
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
