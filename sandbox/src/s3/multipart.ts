import { randomBytes } from 'node:crypto';
import { checksumHeader } from './checksums/algorithms';
import { uploadChecksum } from './checksums/multipart';
import { encryptionHeaders, withEtag } from './encryption';
import { S3Error } from './errors';
import { abortHeaders } from './lifecycle';
import { partEtag, type Upload } from './model';
import { objectSettings } from './object-settings';
import type { DeclaredPayload } from './payload';
import { header, quoted, wholeSeconds, xmlReply, type Reply, type S3Call } from './s3-call';
import { declaredObjectPayload, storePayload } from './receive-payload';
import { s3Document } from './xml';

const LARGEST_PART_NUMBER = 10_000;

/** CreateMultipartUpload. */
export function createMultipartUpload(call: S3Call): Reply {
  const bucket = call.store.bucket(call.bucket);
  const settings = objectSettings(call);
  const checksum = uploadChecksum(header(call, 'x-amz-checksum-algorithm'), header(call, 'x-amz-checksum-type'));
  const uploadId = randomBytes(24).toString('base64url');
  const initiatedMs = wholeSeconds(call.context.clock.now());
  const upload = { ...settings, uploadId, key: call.key, initiatedMs, checksum };
  call.store.commit({ type: 'upload-created', bucket: call.bucket, upload });
  return xmlReply(
    s3Document('InitiateMultipartUploadResult', { Bucket: call.bucket, Key: call.key, UploadId: uploadId }),
    {
      ...encryptionHeaders(upload),
      ...abortHeaders(bucket, upload),
      ...(checksum.requested
        ? { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type }
        : {}),
    },
  );
}

/** UploadPart. A part number sent again replaces the part. */
export async function uploadPart(call: S3Call): Promise<Reply> {
  const partNumber = partNumberOf(call.query.get('partNumber'));
  const upload = openUpload(call);
  const declared = declaredObjectPayload(call);
  assertSameAlgorithm(upload, declared);
  const part = withEtag(await storePayload(call, declared, partNumber, upload.checksum.algorithm), upload);
  try {
    // Completed or aborted while the part was being uploaded.
    openUpload(call);
  } catch (error) {
    call.store.files.remove([part.fileId]);
    throw error;
  }
  call.store.commit({ type: 'part-stored', bucket: call.bucket, uploadId: upload.uploadId, part });
  const shown = declared.checksum?.algorithm ?? upload.checksum.algorithm;
  return {
    status: 200,
    headers: {
      etag: quoted(partEtag(part)),
      ...encryptionHeaders(upload),
      [checksumHeader(shown)]: part.checksums[shown],
    },
  };
}

/** AbortMultipartUpload. */
export function abortMultipartUpload(call: S3Call): Reply {
  const { uploadId } = openUpload(call);
  call.store.commit({ type: 'upload-aborted', bucket: call.bucket, uploadId });
  return { status: 204 };
}

/** The upload that the request names. @throws S3Error NoSuchUpload */
export const openUpload = (call: S3Call): Upload =>
  call.store.upload(call.bucket, call.key, call.query.get('uploadId') ?? '');

/** @throws S3Error InvalidArgument unless 1 to 10,000 */
export function partNumberOf(value: string | null): number {
  const number = /^\d{1,5}$/.test(value ?? '') ? Number(value) : 0;
  if (number >= 1 && number <= LARGEST_PART_NUMBER) return number;
  throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
    ArgumentName: 'partNumber',
    ArgumentValue: value ?? '',
  });
}

function assertSameAlgorithm({ checksum }: Upload, declared: DeclaredPayload): void {
  const actual = declared.checksum?.algorithm;
  if (!checksum.requested || actual === checksum.algorithm) return;
  // S3 can compute a full-object checksum itself; a composite one consists of what the client sent.
  if (actual === undefined && checksum.type === 'FULL_OBJECT') return;
  throw new S3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${actual?.toLowerCase() ?? 'null'}`,
  );
}
