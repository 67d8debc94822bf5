import { S3Error } from './errors';
import { STORAGE_CLASSES, type ObjectSettings, type StorageClass, type Tag } from './model';
import { header, type S3Call } from './s3-call';

const MOST_METADATA_BYTES = 2048;
const METADATA_PREFIX = 'x-amz-meta-';
const SYSTEM_METADATA = ['cache-control', 'content-disposition', 'content-language', 'expires'] as const;

/**
 * Storage class, metadata and tags from the headers of PutObject and CreateMultipartUpload.
 * @throws S3Error InvalidStorageClass, MetadataTooLarge, InvalidTag
 */
export function objectSettings(call: S3Call): ObjectSettings {
  return {
    storageClass: storageClass(header(call, 'x-amz-storage-class') ?? 'STANDARD'),
    systemMetadata: systemMetadata(call),
    userMetadata: userMetadata(call),
    tags: taggingHeader(header(call, 'x-amz-tagging') ?? ''),
  };
}

function storageClass(name: string): StorageClass {
  const found = STORAGE_CLASSES.find((candidate) => candidate === name);
  if (found === undefined) {
    throw new S3Error('InvalidStorageClass', 'The storage class you specified is not valid', {
      StorageClassRequested: name,
    });
  }
  return found;
}

function systemMetadata(call: S3Call): Record<string, string> {
  const plain = SYSTEM_METADATA.flatMap((name) => {
    const value = header(call, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  // The framing of this one request is no property of the object.
  const encodings = (header(call, 'content-encoding') ?? '').split(',').map((encoding) => encoding.trim());
  const encoding = encodings.filter((name) => name !== '' && name !== 'aws-chunked').join(',');
  return {
    'content-type': header(call, 'content-type') ?? 'binary/octet-stream',
    ...(encoding === '' ? {} : { 'content-encoding': encoding }),
    ...Object.fromEntries(plain),
  };
}

function userMetadata(call: S3Call): Record<string, string> {
  const entries = Object.keys(call.headers)
    .filter((name) => name.startsWith(METADATA_PREFIX))
    // Node reads header bytes as Latin-1, clients mean UTF-8.
    .map((name) => [name.slice(METADATA_PREFIX.length), fromLatin1(header(call, name) ?? '')] as const);
  const sizeBytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0);
  if (sizeBytes > MOST_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: sizeBytes,
      MaxSizeAllowed: MOST_METADATA_BYTES,
    });
  }
  return Object.fromEntries(entries);
}

const fromLatin1 = (value: string): string => Buffer.from(value, 'latin1').toString('utf8');

/** The tags of x-amz-tagging, written like a URL query. @throws S3Error InvalidTag */
export function taggingHeader(value: string): readonly Tag[] {
  return checkedTags([...new URLSearchParams(value)].map(([key, value]) => ({ key, value })));
}

/** @throws S3Error InvalidTag when there are over 10, or one is too long or double */
export function checkedTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > 10) throw new S3Error('InvalidTag', 'Object tags cannot be greater than 10');
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  const bad = tags.find((tag) => tag.key === '' || tag.key.length > 128 || tag.value.length > 256);
  if (bad !== undefined) {
    throw new S3Error('InvalidTag', 'A tag key is 1 to 128 and a tag value up to 256 characters', { TagKey: bad.key });
  }
  return tags;
}
