import { DEFAULT_ALGORITHM, checksumHeader } from './checksums/algorithms';
import { notImplemented, S3Error } from './errors';
import type { StoredObject } from './model';
import { ENCRYPTION_HEADERS } from './object-headers';
import { objectSettings } from './object-settings';
import { header, quoted, type Reply, type S3Call } from './s3-call';
import { declaredObjectPayload, storePayload } from './store-payload';

/** PutObject. */
export async function putObject(call: S3Call): Promise<Reply> {
  call.store.bucket(call.bucket);
  if (call.query.has('partNumber')) throw new S3Error('InvalidArgument', 'A partNumber needs an uploadId.');
  assertMayWrite(call);
  const settings = objectSettings(call);
  const declared = declaredObjectPayload(call);
  const algorithm = declared.checksum?.algorithm ?? DEFAULT_ALGORITHM;
  const part = await storePayload(call, declared, 1, algorithm);
  const value = part.checksums[algorithm] ?? '';
  const object: StoredObject = {
    ...settings,
    key: call.key,
    sizeBytes: part.sizeBytes,
    etag: part.md5,
    checksum: { algorithm, type: 'FULL_OBJECT', value },
    modifiedMs: part.modifiedMs,
    parts: [part],
    uploadChecksum: null,
    restoredUntilMs: null,
  };
  storeObject(call, object, null);
  return {
    status: 200,
    headers: {
      etag: quoted(object.etag),
      ...ENCRYPTION_HEADERS,
      [checksumHeader(algorithm)]: value,
      'x-amz-checksum-type': 'FULL_OBJECT',
    },
  };
}

/**
 * Refuses a write whose condition does not hold, or is one that the sandbox does not know.
 * @throws S3Error PreconditionFailed, NotImplemented
 */
export function assertMayWrite(call: S3Call): void {
  const condition = header(call, 'if-none-match');
  if (header(call, 'if-match') !== undefined) throw notImplemented('If-Match on a write');
  if (condition === undefined) return;
  if (condition !== '*') throw notImplemented('If-None-Match other than * on a write');
  if (call.store.bucket(call.bucket).objects.has(call.key)) {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      Condition: 'If-None-Match',
    });
  }
}

/** Makes a whole object visible. Conditions are looked at again: another write may have won meanwhile. */
export function storeObject(call: S3Call, object: StoredObject, uploadId: string | null): void {
  try {
    call.store.bucket(call.bucket);
    assertMayWrite(call);
  } catch (error) {
    if (uploadId === null) call.store.files.remove(object.parts.map((part) => part.fileId));
    throw error;
  }
  call.store.commit(
    uploadId === null
      ? { type: 'object-stored', bucket: call.bucket, object }
      : { type: 'upload-completed', bucket: call.bucket, uploadId, object },
  );
}
