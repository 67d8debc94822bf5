import { isNotModified } from './conditions';
import { S3Error } from './errors';
import type { StoredObject } from './model';
import { partNumberOf } from './multipart';
import { objectHeaders } from './object-headers';
import { parseRange, partRange, slicesOf, type ByteRange } from './ranges';
import { requestedObject } from './requested-version';
import { isReadable } from './restore-status';
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

/** No more than the validators: a client would check a checksum against the missing body. */
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
