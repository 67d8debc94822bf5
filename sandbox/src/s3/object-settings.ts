import { requestedEncryption } from './encryption';
import { S3Error } from './errors';
import { requestedLocks } from './object-lock';
import { STORAGE_CLASSES, type ObjectSettings, type StorageClass, type Tag } from './model';
import { header, type S3Call } from './s3-call';
import { checkedTags, OBJECT_TAGS } from './tagging';

const MOST_METADATA_BYTES = 2048;
const METADATA_PREFIX = 'x-amz-meta-';
const SYSTEM_METADATA = ['cache-control', 'content-disposition', 'content-language', 'expires'] as const;

/**
 * The settings of a new object: from the headers of PutObject or CreateMultipartUpload, and the bucket's defaults.
 * @throws S3Error InvalidStorageClass, MetadataTooLarge, BadRequest, InvalidTag, InvalidArgument, InvalidRequest and those of
 * {@link requestedEncryption}
 */
export function objectSettings(call: S3Call): ObjectSettings {
  return {
    storageClass: storageClass(header(call, 'x-amz-storage-class') ?? 'STANDARD'),
    systemMetadata: systemMetadata(call),
    userMetadata: userMetadata(call),
    tags: taggingHeader(header(call, 'x-amz-tagging') ?? ''),
    kms: requestedEncryption(call),
    ...requestedLocks(call),
  };
}

/** The settings of an upload, which its object takes over. */
export const settingsOf = (upload: ObjectSettings): ObjectSettings => ({
  storageClass: upload.storageClass,
  systemMetadata: upload.systemMetadata,
  userMetadata: upload.userMetadata,
  tags: upload.tags,
  kms: upload.kms,
  retention: upload.retention,
  legalHold: upload.legalHold,
});

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
  // The framing of this request is not a property of the object.
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

/** The tags of x-amz-tagging, written like a URL query. @throws S3Error InvalidArgument, BadRequest, InvalidTag */
function taggingHeader(value: string): readonly Tag[] {
  const tags = [...new URLSearchParams(value)].map(([key, value]) => ({ key, value }));
  if (new Set(tags.map((tag) => tag.key)).size === tags.length) return checkedTags(tags, OBJECT_TAGS);
  throw new S3Error(
    'InvalidArgument',
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    { ArgumentName: 'x-amz-tagging', ArgumentValue: value },
  );
}
