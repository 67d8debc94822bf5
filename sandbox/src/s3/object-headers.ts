import type { OutgoingHttpHeaders } from 'node:http';
import { checksumHeader } from './checksums/algorithms';
import { encryptionHeaders } from './encryption';
import { expirationHeader } from './lifecycle';
import { lockHeaders } from './object-lock';
import type { StoredObject } from './model';
import { versionHeader } from './requested-version';
import { restoreStatus } from './restore-status';
import { header, httpTime, quoted, type S3Call } from './s3-call';

/** Headers by which GetObject and HeadObject describe an object; the checksum only where the whole object is meant. */
export function objectHeaders(call: S3Call, object: StoredObject, whole: boolean): OutgoingHttpHeaders {
  return {
    ...object.systemMetadata,
    ...Object.fromEntries(
      Object.entries(object.userMetadata).map(([name, value]) => [`x-amz-meta-${name}`, mailSafe(value)]),
    ),
    ...encryptionHeaders(object),
    ...versionHeader(call, object),
    ...lockHeaders(object),
    // Rules speak of what is current, and so does S3 when it is not asked for one version.
    ...(call.query.has('versionId') ? {} : expirationHeader(call.store.bucket(call.bucket), object)),
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
  const { state, untilMs } = restoreStatus(object, nowMs);
  switch (state) {
    case 'none':
      return {};
    case 'ongoing':
      return { 'x-amz-restore': 'ongoing-request="true"' };
    case 'restored':
      return { 'x-amz-restore': `ongoing-request="false", expiry-date="${httpTime(untilMs)}"` };
  }
}

/** S3 gives user metadata outside US-ASCII as an encoded word of RFC 2047. */
function mailSafe(value: string): string {
  return /^[\x20-\x7e\t]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}
