import { checksumElements } from './checksums/algorithms';
import { notImplemented } from './errors';
import { compareKeys } from './key-order';
import { keyEncoder, pageSize } from './list-objects';
import { openUpload } from './multipart';
import type { UploadStart } from './model';
import { owner } from './owner';
import { partsPage } from './parts-page';
import { boundedInteger, isoTime, quoted, xmlReply, type Reply, type S3Call } from './s3-call';
import { s3Document } from './xml';

/** ListParts. */
export function listParts(call: S3Call): Reply {
  const upload = openUpload(call);
  const encode = keyEncoder(call);
  const most = pageSize(call, 'max-parts');
  const marker = boundedInteger('part-number-marker', call.query.get('part-number-marker'), 10_000) ?? 0;
  const ordered = [...upload.parts.values()].sort((a, b) => a.partNumber - b.partNumber);
  const { parts, bounds } = partsPage(ordered, marker, most);
  const { algorithm, type, requested } = upload.checksum;
  return xmlReply(
    s3Document('ListPartsResult', {
      Bucket: call.bucket,
      Key: encode(call.key),
      EncodingType: call.query.get('encoding-type'),
      UploadId: upload.uploadId,
      Initiator: owner(call),
      Owner: owner(call),
      StorageClass: upload.storageClass,
      ...(requested ? { ChecksumAlgorithm: algorithm, ChecksumType: type } : {}),
      ...bounds,
      Part: parts.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: isoTime(part.modifiedMs),
        ETag: quoted(part.md5),
        Size: part.sizeBytes,
        ...checksumElements(requested ? { [algorithm]: part.checksums[algorithm] } : part.checksums),
      })),
    }),
  );
}

/** ListMultipartUploads, by key and then by time. */
export function listMultipartUploads(call: S3Call): Reply {
  if (call.query.has('delimiter')) throw notImplemented('ListMultipartUploads with a delimiter');
  const encode = keyEncoder(call);
  const most = pageSize(call, 'max-uploads');
  const prefix = call.query.get('prefix') ?? '';
  const keyMarker = call.query.get('key-marker');
  const idMarker = call.query.get('upload-id-marker');
  const uploads = [...call.store.bucket(call.bucket).uploads.values()]
    .map((upload) => upload.start)
    .filter(({ key }) => key.startsWith(prefix))
    .sort(inOrder);
  const rest = uploads.slice(firstBehind(uploads, keyMarker, idMarker));
  const page = rest.slice(0, most);
  const truncated = rest.length > page.length;
  const last = truncated ? page.at(-1) : undefined;
  return xmlReply(
    s3Document('ListMultipartUploadsResult', {
      Bucket: call.bucket,
      KeyMarker: encode(keyMarker ?? ''),
      UploadIdMarker: idMarker ?? '',
      NextKeyMarker: last === undefined ? null : encode(last.key),
      NextUploadIdMarker: last?.uploadId,
      EncodingType: call.query.get('encoding-type'),
      Prefix: encode(prefix),
      MaxUploads: most,
      IsTruncated: truncated,
      Upload: page.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.uploadId,
        Initiator: owner(call),
        Owner: owner(call),
        StorageClass: upload.storageClass,
        Initiated: isoTime(upload.initiatedMs),
        ...(upload.checksum.requested
          ? { ChecksumAlgorithm: upload.checksum.algorithm, ChecksumType: upload.checksum.type }
          : {}),
      })),
    }),
  );
}

const inOrder = (a: UploadStart, b: UploadStart): number =>
  compareKeys(a.key, b.key) || a.initiatedMs - b.initiatedMs || compareKeys(a.uploadId, b.uploadId);

/** Where the page begins: behind the marked upload or, without an upload id, behind all uploads of the marked key. */
function firstBehind(uploads: readonly UploadStart[], key: string | null, uploadId: string | null): number {
  if (key === null) return 0;
  const marked = uploads.findIndex((upload) => upload.key === key && upload.uploadId === uploadId);
  if (marked !== -1) return marked + 1;
  const behind = uploads.findIndex((upload) => compareKeys(upload.key, key) > 0);
  return behind === -1 ? uploads.length : behind;
}
