import type { OutgoingHttpHeaders } from 'node:http';
import { S3Error } from './errors';
import { isDeleteMarker, versionName, type DeleteMarker, type StoredObject, type Version } from './model';
import { httpTime, type S3Call } from './s3-call';
import type { Bucket } from './state';

const VERSION_ID = /^[\w.-]{32}$/;

/**
 * The object of a read: the version of the parameter `versionId`, or the current one.
 * @throws S3Error NoSuchBucket, NoSuchKey, NoSuchVersion, InvalidArgument; MethodNotAllowed when the version named is a
 * delete marker
 */
export function requestedObject(call: S3Call): StoredObject {
  const version = requestedVersion(call);
  if (!isDeleteMarker(version)) return version;
  if (call.query.has('versionId')) throw markerNotAllowed(call, version);
  throw noSuchKey(call, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionName(version) });
}

/**
 * The object of an operation on tags and the like: a delete marker is rejected even if it is only
 * the current version.
 * @throws S3Error NoSuchBucket, NoSuchKey, NoSuchVersion, InvalidArgument, MethodNotAllowed
 */
export function requestedTarget(call: S3Call): StoredObject {
  const version = requestedVersion(call);
  if (isDeleteMarker(version)) throw markerNotAllowed(call, version);
  return version;
}

function requestedVersion(call: S3Call): Version {
  const bucket = call.store.bucket(call.bucket);
  const versionId = call.query.get('versionId');
  if (versionId === null) {
    const current = bucket.objects.versions(call.key)[0];
    if (current === undefined) throw noSuchKey(call, {});
    return current;
  }
  const version = bucket.objects.find(call.key, parseVersionId(bucket, versionId));
  if (version !== undefined) return version;
  throw new S3Error('NoSuchVersion', 'The specified version does not exist.', { Key: call.key, VersionId: versionId });
}

/**
 * A version id of a request; undefined for the null version.
 * @throws S3Error InvalidArgument if it cannot be a version of the bucket
 */
export function parseVersionId(bucket: Bucket, versionId: string): string | undefined {
  if (versionId === 'null') return undefined;
  if (bucket.settings.versioning !== null && VERSION_ID.test(versionId)) return versionId;
  throw new S3Error(
    'InvalidArgument',
    versionId === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified',
    { ArgumentName: 'versionId', ArgumentValue: versionId },
  );
}

/** The header that names the version, if the bucket has or had versioning. */
export const versionHeader = (call: S3Call, version: Version): OutgoingHttpHeaders =>
  call.store.bucket(call.bucket).settings.versioning === null ? {} : { 'x-amz-version-id': versionName(version) };

/** The header of a write: unlike reads, S3 does not mention the null version. */
export const newVersionHeader = ({ versionId }: StoredObject): OutgoingHttpHeaders =>
  versionId === undefined ? {} : { 'x-amz-version-id': versionId };

const noSuchKey = ({ key }: S3Call, headers: OutgoingHttpHeaders): S3Error =>
  new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: key }, headers);

function markerNotAllowed({ request }: S3Call, marker: DeleteMarker): S3Error {
  return new S3Error(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    { Method: request.method ?? '', ResourceType: 'DeleteMarker' },
    {
      allow: 'DELETE',
      'last-modified': httpTime(marker.markedMs),
      'x-amz-delete-marker': 'true',
      'x-amz-version-id': versionName(marker),
    },
  );
}
