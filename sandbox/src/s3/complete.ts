import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  CHECKSUM_ALGORITHMS,
  checksumElement,
  checksumElements,
  checksumHeader,
  MISSING_ALGORITHMS,
  type Checksum,
  type ChecksumElement,
} from './checksums/algorithms';
import { objectChecksum } from './checksums/multipart';
import { encryptionHeaders } from './encryption';
import { S3Error } from './errors';
import { expirationHeader } from './lifecycle';
import { partEtag, type StoredObject, type StoredPart, type Upload } from './model';
import { openUpload } from './multipart';
import { settingsOf } from './object-settings';
import { declaredPayload } from './payload';
import { storeObject } from './put-object';
import { totalBytes } from './ranges';
import { newVersionHeader } from './requested-version';
import { header, quoted, unquoted, wholeSeconds, xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './receive-payload';
import { parseDocument, refusedElement, s3Document } from './xml';

const SMALLEST_PART_BYTES = 5 * 1024 ** 2;

const PART_CHECKSUMS = Object.fromEntries(
  CHECKSUM_ALGORITHMS.map((algorithm) => [checksumElement(algorithm), z.string().optional()]),
) as Record<ChecksumElement, z.ZodOptional<z.ZodString>>;

const CompletedPart = z.strictObject({
  PartNumber: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number),
  ETag: z.string().transform(unquoted),
  ...PART_CHECKSUMS,
  ...Object.fromEntries([...MISSING_ALGORITHMS].map((name) => [`Checksum${name}`, refusedElement(`Checksum${name}`)])),
});
type CompletedPart = z.infer<typeof CompletedPart>;
const CompleteMultipartUpload = z.strictObject({ Part: z.array(CompletedPart).min(1).max(10_000) });

/** CompleteMultipartUpload: the object appears complete, with everything that the request states verified, or not at all. */
export async function completeMultipartUpload(call: S3Call): Promise<Reply> {
  openUpload(call);
  // A checksum header of this operation is the object's, not that of the document.
  const declared = { ...declaredPayload(call.headers), checksum: null };
  const document = await receiveDocument(call, declared);
  const listed = parseDocument(document, 'CompleteMultipartUpload', CompleteMultipartUpload).Part;
  const upload = openUpload(call);
  assertOrder(upload, listed);
  const parts = listed.map((part) => storedPart(upload, part));
  assertSizes(parts);
  assertObjectSize(call, parts);
  const checksum = await objectChecksum(
    upload.checksum,
    parts.map((part) => ({
      value: part.checksums[upload.checksum.algorithm] ?? '',
      sizeBytes: part.sizeBytes,
    })),
  );
  assertObjectChecksum(call, checksum);
  const object = storeObject(call, openUpload(call), assemble(call, upload, parts, checksum));
  return xmlReply(
    s3Document('CompleteMultipartUploadResult', {
      Location: `${call.context.endpoint()}/${call.bucket}/${encodeURIComponent(call.key)}`,
      Bucket: call.bucket,
      Key: call.key,
      ETag: quoted(object.etag),
      ...checksumElements({ [checksum.algorithm]: checksum.value }),
      ChecksumType: checksum.type,
    }),
    {
      ...encryptionHeaders(object),
      ...newVersionHeader(object),
      ...expirationHeader(call.store.bucket(call.bucket), object),
    },
  );
}

function assertOrder(upload: Upload, listed: readonly CompletedPart[]): void {
  const ascending = listed.every((part, index) => part.PartNumber > (listed[index - 1]?.PartNumber ?? 0));
  if (!ascending) {
    throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order by part number.');
  }
  if (upload.checksum.requested && listed.some((part, index) => part.PartNumber !== index + 1)) {
    throw new S3Error('InvalidPartOrder', 'With checksums, part numbers must be consecutive and begin with 1.');
  }
}

/** The part of an element of the request, if it was uploaded with that ETag and those checksums. */
function storedPart({ parts, checksum, uploadId }: Upload, listed: CompletedPart): StoredPart {
  const part = parts.get(listed.PartNumber);
  const stated = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = listed[checksumElement(algorithm)];
    return value === undefined ? [] : [{ algorithm, value }];
  });
  if (
    part === undefined ||
    partEtag(part) !== listed.ETag ||
    stated.some(({ algorithm, value }) => part.checksums[algorithm] !== value)
  ) {
    throw new S3Error(
      'InvalidPart',
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag or checksum may not match the part's.",
      { UploadId: uploadId, PartNumber: listed.PartNumber, ETag: listed.ETag },
    );
  }
  if (checksum.requested && checksum.type === 'COMPOSITE' && stated.length === 0) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The complete request must include ${checksumElement(checksum.algorithm)} for each part. It was missing for part ${listed.PartNumber} in the request.`,
    );
  }
  return part;
}

function assertSizes(parts: readonly StoredPart[]): void {
  const small = parts.slice(0, -1).find((part) => part.sizeBytes < SMALLEST_PART_BYTES);
  if (small === undefined) return;
  throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: small.sizeBytes,
    MinSizeAllowed: SMALLEST_PART_BYTES,
    PartNumber: small.partNumber,
    ETag: partEtag(small),
  });
}

function assertObjectSize(call: S3Call, parts: readonly StoredPart[]): void {
  const stated = header(call, 'x-amz-mp-object-size');
  if (stated === undefined || stated === String(totalBytes(parts))) return;
  throw new S3Error(
    'InvalidRequest',
    `The provided 'x-amz-mp-object-size' header value ${stated} does not match what was computed: ${totalBytes(parts)}`,
  );
}

/** @throws S3Error InvalidRequest for another algorithm or type than the upload's, BadDigest for another value */
function assertObjectChecksum(call: S3Call, checksum: Checksum): void {
  const type = header(call, 'x-amz-checksum-type');
  if (type !== undefined && type !== checksum.type) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using the ${checksum.type} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const stated = header(call, checksumHeader(algorithm));
    if (stated === undefined) continue;
    if (algorithm !== checksum.algorithm) {
      throw new S3Error('InvalidRequest', `The upload has a ${checksum.algorithm} checksum, not ${algorithm}.`);
    }
    // The number of parts may be left off a composite value.
    if (stated !== checksum.value && stated !== checksum.value.replace(/-\d+$/, '')) {
      throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
    }
  }
}

function assemble(call: S3Call, upload: Upload, parts: readonly StoredPart[], checksum: Checksum): StoredObject {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(partEtag(part), 'hex');
  return {
    ...settingsOf(upload),
    key: upload.key,
    sizeBytes: totalBytes(parts),
    etag: `${md5.digest('hex')}-${parts.length}`,
    checksum,
    modifiedMs: wholeSeconds(call.context.clock.now()),
    parts,
    uploadChecksum: upload.checksum,
    restoredUntilMs: null,
  };
}
