import type { OutgoingHttpHeaders } from 'node:http';
import { checksumHeader } from './checksums/algorithms';
import { isNotModified } from './conditions';
import { encryptionHeaders } from './encryption';
import { S3Error } from './errors';
import { expirationHeader } from './lifecycle';
import type { StoredObject } from './model';
import { partNumberOf } from './multipart';
import { lockHeaders } from './object-lock';
import { parseRange, partRange, slicesOf, type ByteRange } from './ranges';
import { requestedObject, versionHeader } from './requested-version';
import { isReadable, restoreStatus } from './restore-status';
import { header, httpTime, quoted, type Reply, type S3Call } from './s3-call';

/** HeadObject. */
export function headObject(call: S3Call): Reply {
  const object = requestedObject(call);
  if (isNotModified(call, object)) return notModified(object);
  return describe(call, object, requestedRange(call, object));
}

/** GetObject. */
export function getObject(call: S3Call): Reply {
  const object = requestedObject(call);
  if (!isReadable(object, call.context.clock.now())) {
    throw new S3Error('InvalidObjectState', "The operation is not valid for the object's storage class", {
      StorageClass: object.storageClass,
    });
  }
  if (isNotModified(call, object)) return notModified(object);
  const range = requestedRange(call, object);
  const slices = slicesOf(object.parts, range ?? { startByte: 0, endByte: object.sizeBytes });
  return { ...describe(call, object, range), body: call.store.files.read(slices) };
}

/** Only the validators: a client would check a checksum against the missing body. */
const notModified = ({ etag, modifiedMs }: StoredObject): Reply => ({
  status: 304,
  headers: { etag: quoted(etag), 'last-modified': httpTime(modifiedMs) },
});

function requestedRange(call: S3Call, object: StoredObject): ByteRange | null {
  const partNumber = call.query.get('partNumber');
  const range = header(call, 'range');
  if (partNumber === null) return parseRange(range, object.sizeBytes);
  if (range === undefined) return partRange(object.parts, partNumberOf(partNumber));
  throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
}

function describe(call: S3Call, object: StoredObject, range: ByteRange | null): Reply {
  const headers = objectHeaders(call, object, range === null);
  if (range === null) return { status: 200, headers: { ...headers, 'content-length': object.sizeBytes } };
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': range.endByte - range.startByte,
      'content-range': `bytes ${range.startByte}-${range.endByte - 1}/${object.sizeBytes}`,
      ...(call.query.has('partNumber') && object.uploadChecksum !== null
        ? { 'x-amz-mp-parts-count': object.parts.length }
        : {}),
    },
  };
}

/** Headers by which GetObject and HeadObject describe an object; the checksum only for the whole object. */
function objectHeaders(call: S3Call, object: StoredObject, whole: boolean): OutgoingHttpHeaders {
  return {
    ...object.systemMetadata,
    ...Object.fromEntries(
      Object.entries(object.userMetadata).map(([name, value]) => [`x-amz-meta-${name}`, mailSafe(value)]),
    ),
    ...encryptionHeaders(object),
    ...versionHeader(call, object),
    ...lockHeaders(object),
    // Rules apply to current objects, and S3 returns the header only if no version was requested.
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
