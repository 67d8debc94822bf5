import { checksumElements } from './checksums/algorithms';
import { S3Error } from './errors';
import { listItems } from './item-listing';
import { compareKeys } from './key-order';
import { abortHeaders } from './lifecycle';
import { keyEncoder, pageSize } from './list-objects';
import { openUpload } from './multipart';
import { partEtag, type UploadStart } from './model';
import { boundedInteger, isoTime, owner, quoted, xmlReply, type Reply, type S3Call } from './s3-call';
import type { Bucket } from './state';
import { s3Document, type XmlNode } from './xml';

/** ListParts. */
export function listParts(call: S3Call): Reply {
  const upload = openUpload(call);
  const encode = keyEncoder(call);
  const most = pageSize(call, 'max-parts');
  const marker = boundedInteger('part-number-marker', call.query.get('part-number-marker'), 10_000) ?? 0;
  const ordered = [...upload.parts.values()].sort((a, b) => a.partNumber - b.partNumber);
  const rest = ordered.filter((part) => part.partNumber > marker);
  const parts = rest.slice(0, most);
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
      PartNumberMarker: marker,
      NextPartNumberMarker: parts.at(-1)?.partNumber ?? 0,
      MaxParts: most,
      IsTruncated: rest.length > parts.length,
      Part: parts.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: isoTime(part.modifiedMs),
        ETag: quoted(partEtag(part)),
        Size: part.sizeBytes,
        ...checksumElements(requested ? { [algorithm]: part.checksums[algorithm] } : part.checksums),
      })),
    }),
    abortHeaders(call.store.bucket(call.bucket), upload),
  );
}

/**
 * ListMultipartUploads, by key and then by time. As on S3 the last page has next markers too; unlike S3's they
 * can name a common prefix, without which a client could not continue.
 */
export function listMultipartUploads(call: S3Call): Reply {
  const uploads = uploadsByKey(call.store.bucket(call.bucket));
  const encode = keyEncoder(call);
  const most = pageSize(call, 'max-uploads');
  const prefix = call.query.get('prefix') ?? '';
  const delimiter = call.query.get('delimiter');
  const keyMarker = call.query.get('key-marker') ?? '';
  const idMarker = keyMarker === '' ? '' : (call.query.get('upload-id-marker') ?? '');
  assertMarker(call, keyMarker, idMarker);
  const { items, commonPrefixes, truncated, last } = listItems<UploadStart>({
    keys: [[...uploads.keys()].sort(compareKeys)],
    itemsOf: (key) => uploads.get(key) ?? [],
    idOf: ({ uploadId }) => uploadId,
    prefix,
    delimiter: delimiter ?? '',
    after: { key: keyMarker, id: idMarker === '' ? null : idMarker },
    most,
  });
  const account = owner(call);
  return xmlReply(
    s3Document('ListMultipartUploadsResult', {
      Bucket: call.bucket,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: idMarker,
      NextKeyMarker: last === null ? '' : encode(typeof last === 'string' ? last : last.key),
      NextUploadIdMarker: last === null || typeof last === 'string' ? '' : last.uploadId,
      Delimiter: delimiter === null ? null : encode(delimiter),
      EncodingType: call.query.get('encoding-type'),
      Prefix: encode(prefix),
      MaxUploads: most,
      IsTruncated: truncated,
      Upload: items.map((upload) => ({
        Key: encode(upload.key),
        Initiator: account,
        Owner: account,
        ...describe(upload),
      })),
      CommonPrefixes: commonPrefixes.map((name) => ({ Prefix: encode(name) })),
    }),
  );
}

/** The uploads of each key in the order of their creation. */
function uploadsByKey(bucket: Bucket): ReadonlyMap<string, readonly UploadStart[]> {
  const byKey = new Map<string, UploadStart[]>();
  for (const { start } of bucket.uploads.values()) {
    const uploads = byKey.get(start.key);
    if (uploads === undefined) byKey.set(start.key, [start]);
    else uploads.push(start);
  }
  return byKey;
}

function assertMarker(call: S3Call, key: string, uploadId: string): void {
  const marked = call.store.bucket(call.bucket).uploads.get(uploadId);
  if (marked === undefined || marked.start.key === key) return;
  throw new S3Error('InvalidArgument', 'Invalid uploadId marker', {
    ArgumentName: 'upload-id-marker',
    ArgumentValue: uploadId,
  });
}

const describe = ({ uploadId, storageClass, initiatedMs, checksum }: UploadStart): XmlNode => ({
  UploadId: uploadId,
  StorageClass: storageClass,
  Initiated: isoTime(initiatedMs),
  ...(checksum.requested ? { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type } : {}),
});
