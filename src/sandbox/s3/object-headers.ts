import type { OutgoingHttpHeaders } from 'node:http';
import { checksumHeader } from './checksums/algorithms';
import type { StoredObject } from './model';
import { header, httpTime, quoted, type S3Call } from './s3-call';

/** S3 encrypts every object with its own keys, asked or not. */
export const ENCRYPTION_HEADERS: Readonly<OutgoingHttpHeaders> = { 'x-amz-server-side-encryption': 'AES256' };

/** Headers by which GetObject and HeadObject describe an object; the checksum only where the whole object is meant. */
export function objectHeaders(call: S3Call, object: StoredObject, whole: boolean): OutgoingHttpHeaders {
  return {
    ...object.systemMetadata,
    ...Object.fromEntries(
      Object.entries(object.userMetadata).map(([name, value]) => [`x-amz-meta-${name}`, mailSafe(value)]),
    ),
    ...ENCRYPTION_HEADERS,
    'accept-ranges': 'bytes',
    'last-modified': httpTime(object.modifiedMs),
    etag: quoted(object.etag),
    ...(object.storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': object.storageClass }),
    ...(object.tags.length === 0 ? {} : { 'x-amz-tagging-count': String(object.tags.length) }),
    ...restoreHeader(object, call.context.clock.now()),
    ...(whole && header(call, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' ? checksumHeaders(object) : {}),
  };
}

const checksumHeaders = ({ checksum }: StoredObject): OutgoingHttpHeaders => ({
  [checksumHeader(checksum.algorithm)]: checksum.value,
  'x-amz-checksum-type': checksum.type,
});

function restoreHeader(object: StoredObject, nowMs: number): OutgoingHttpHeaders {
  if (object.restoredUntilMs === null || object.restoredUntilMs <= nowMs) return {};
  return { 'x-amz-restore': `ongoing-request="false", expiry-date="${httpTime(object.restoredUntilMs)}"` };
}

/** S3 gives user metadata outside US-ASCII as an encoded word of RFC 2047. */
function mailSafe(value: string): string {
  return /^[\x20-\x7e\t]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}
