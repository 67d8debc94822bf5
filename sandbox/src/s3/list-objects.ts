import { S3Error } from './errors';
import { listPage, type ListingPage } from './listing';
import type { Bucket } from './state';
import { boundedInteger, isoTime, quoted, xmlReply, type Reply, type S3Call } from './s3-call';
import { s3Document, type XmlNode } from './xml';

const PAGE_KEYS = 1000;

/** ListObjectsV2. The continuation token is the last key or common prefix of the page, in base64url. */
export function listObjectsV2(call: S3Call): Reply {
  if (call.query.get('list-type') !== '2') throw new S3Error('InvalidArgument', 'Invalid List Type');
  const bucket = call.store.bucket(call.bucket);
  const startAfter = call.query.get('start-after');
  const token = call.query.get('continuation-token');
  const most = pageSize(call, 'max-keys');
  const page = listKeys(call, bucket, token === null ? (startAfter ?? '') : fromToken(token), most);
  const encode = keyEncoder(call);
  return xmlReply(
    s3Document('ListBucketResult', {
      ...commonElements(call, page, most),
      KeyCount: page.keys.length + page.commonPrefixes.length,
      ContinuationToken: token,
      NextContinuationToken: page.truncated ? Buffer.from(page.last).toString('base64url') : null,
      StartAfter: startAfter === null ? null : encode(startAfter),
      ...entries(call, bucket, page),
    }),
  );
}

/** How keys are written: as they are or, with encoding-type=url, percent-encoded. @throws S3Error InvalidArgument */
export function keyEncoder(call: S3Call): (key: string) => string {
  const type = call.query.get('encoding-type');
  if (type === null) return (key) => key;
  if (type !== 'url') throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return (key) =>
    encodeURIComponent(key)
      .replaceAll('%2F', '/')
      .replace(/[!'()*]/g, percentEncoded);
}

const percentEncoded = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** The requested page size, at most and by default 1,000. @throws S3Error InvalidArgument */
export const pageSize = (call: S3Call, parameter: string): number =>
  boundedInteger(parameter, call.query.get(parameter), PAGE_KEYS) ?? PAGE_KEYS;

const listKeys = (call: S3Call, bucket: Bucket, after: string, most: number): ListingPage =>
  listPage(bucket.objects.keys(), {
    prefix: call.query.get('prefix') ?? '',
    delimiter: call.query.get('delimiter') ?? '',
    after,
    most,
  });

function fromToken(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length > 0 && bytes.toString('base64url') === token) return bytes.toString('utf8');
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
  });
}

function commonElements(call: S3Call, page: ListingPage, most: number): XmlNode {
  const encode = keyEncoder(call);
  const delimiter = call.query.get('delimiter');
  return {
    Name: call.bucket,
    Prefix: encode(call.query.get('prefix') ?? ''),
    Delimiter: delimiter === null ? null : encode(delimiter),
    EncodingType: call.query.get('encoding-type'),
    MaxKeys: most,
    IsTruncated: page.truncated,
  };
}

function entries(call: S3Call, bucket: Bucket, page: ListingPage): XmlNode {
  const encode = keyEncoder(call);
  const objects = page.keys.flatMap((key) => bucket.objects.get(key) ?? []);
  return {
    Contents: objects.map((object) => ({
      Key: encode(object.key),
      LastModified: isoTime(object.modifiedMs),
      ETag: quoted(object.etag),
      ChecksumAlgorithm: object.checksum.algorithm,
      ChecksumType: object.checksum.type,
      Size: object.sizeBytes,
      StorageClass: object.storageClass,
    })),
    CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}
