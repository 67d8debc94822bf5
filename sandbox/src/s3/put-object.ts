import { DEFAULT_ALGORITHM, checksumHeader } from './checksums/algorithms';
import { encryptionHeaders, withEtag } from './encryption';
import { S3Error } from './errors';
import type { KeyWatch } from './key-watches';
import { expirationHeader } from './lifecycle';
import { assertChecked } from './object-lock';
import { partEtag, type StoredObject, type Upload } from './model';
import { objectSettings } from './object-settings';
import { newVersionHeader } from './requested-version';
import { quoted, type Reply, type S3Call } from './s3-call';
import { declaredObjectPayload, storePayload } from './receive-payload';
import { newVersionId } from './versioning';
import { assertMayWrite } from './conditions';

/** PutObject. */
export async function putObject(call: S3Call): Promise<Reply> {
  const watch = call.store.bucket(call.bucket).watches.begin(call.key);
  try {
    return await put(call, watch);
  } finally {
    watch.end();
  }
}

async function put(call: S3Call, watch: KeyWatch): Promise<Reply> {
  if (call.query.has('partNumber')) throw new S3Error('InvalidArgument', 'A partNumber needs an uploadId.');
  assertMayWrite(call, watch.keyChanged);
  const settings = objectSettings(call);
  const declared = declaredObjectPayload(call);
  assertChecked(settings, declared);
  const algorithm = declared.checksum?.algorithm ?? DEFAULT_ALGORITHM;
  const part = withEtag(await storePayload(call, declared, 1, algorithm), settings);
  const value = part.checksums[algorithm] ?? '';
  const object = storeObject(call, watch, {
    ...settings,
    key: call.key,
    sizeBytes: part.sizeBytes,
    etag: partEtag(part),
    checksum: { algorithm, type: 'FULL_OBJECT', value },
    modifiedMs: part.modifiedMs,
    parts: [part],
    uploadChecksum: null,
    restoredUntilMs: null,
  });
  return {
    status: 200,
    headers: {
      etag: quoted(object.etag),
      ...encryptionHeaders(object),
      ...newVersionHeader(object),
      ...expirationHeader(call.store.bucket(call.bucket), object),
      [checksumHeader(algorithm)]: value,
      'x-amz-checksum-type': 'FULL_OBJECT',
    },
  };
}

/**
 * Makes an object visible, as a new version if the bucket has versioning. Conditions are checked again:
 * another write may have won meanwhile.
 */
export function storeObject(call: S3Call, write: KeyWatch | Upload, object: StoredObject): StoredObject {
  const upload = 'uploadId' in write ? write : null;
  try {
    call.store.bucket(call.bucket);
    assertMayWrite(call, write.keyChanged);
  } catch (error) {
    if (upload === null) call.store.files.remove(object.parts.map((part) => part.fileId));
    throw error;
  }
  const bucket = call.store.bucket(call.bucket);
  const stored = { ...object, versionId: newVersionId(bucket) };
  call.store.commit(
    upload === null
      ? { type: 'object-stored', bucket: call.bucket, object: stored }
      : { type: 'upload-completed', bucket: call.bucket, uploadId: upload.uploadId, object: stored },
  );
  return stored;
}
