import type { OutgoingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { notImplemented, S3Error } from './errors';
import { isDeleteMarker, versionName, type DeleteMarker } from './model';
import { assertDeletable, bypassesGovernance } from './object-lock';
import { parseVersionId } from './requested-version';
import { header, wholeSeconds, xmlReply, type Reply, type S3Call } from './s3-call';
import type { Bucket } from './state';
import type { Store } from './store';
import { receiveDocument } from './receive-payload';
import { newVersionId } from './versioning';
import { parseDocument, refusedElement, s3Document, type XmlNode } from './xml';

const Delete = z.strictObject({
  Object: z
    .array(
      z.strictObject({
        Key: z.string().min(1),
        VersionId: z.string().optional(),
        ETag: refusedElement('ETag in DeleteObjects'),
        LastModifiedTime: refusedElement('LastModifiedTime in DeleteObjects'),
        Size: refusedElement('Size in DeleteObjects'),
      }),
    )
    .min(1)
    .max(1000),
  Quiet: z.enum(['true', 'false']).optional(),
});

/** What a deletion did. */
interface Deletion {
  /** The delete marker that was written or, where a version was named, deleted. */
  readonly marker: DeleteMarker | null;
}

/** DeleteObject: succeeds whether or not the object exists. Without `versionId` versioned buckets get a delete marker. */
export function deleteObject(call: S3Call): Reply {
  if (header(call, 'if-match') !== undefined) throw notImplemented('If-Match on DeleteObject');
  const bucket = call.store.bucket(call.bucket);
  const versionId = call.query.get('versionId');
  const { marker } = remove(call, bucket, call.key, versionId, bypassesGovernance(call, bucket));
  const version = versionId ?? (marker === null ? null : versionName(marker));
  const headers: OutgoingHttpHeaders = {
    ...(version === null || bucket.settings.versioning === null ? {} : { 'x-amz-version-id': version }),
    ...(marker === null ? {} : { 'x-amz-delete-marker': 'true' }),
  };
  return { status: 204, headers };
}

/** DeleteObjects: up to 1,000 keys or versions, each of which may be rejected on its own. */
export async function deleteObjects(call: S3Call): Promise<Reply> {
  const request = parseDocument(await receiveDocument(call), 'Delete', Delete);
  const bucket = call.store.bucket(call.bucket);
  const bypass = bypassesGovernance(call, bucket);
  const deleted: XmlNode[] = [];
  const failed: XmlNode[] = [];
  for (const { Key, VersionId } of request.Object) {
    try {
      assertMayDelete(call, Key, VersionId);
      const { marker } = remove(call, bucket, Key, VersionId ?? null, bypass);
      deleted.push(deletedElement(Key, VersionId, marker));
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      failed.push(errorElement(Key, VersionId, error));
    }
  }
  return xmlReply(s3Document('DeleteResult', { Deleted: request.Quiet === 'true' ? [] : deleted, Error: failed }));
}

/** The call as a whole needs no permission: each object does. @throws S3Error AccessDenied */
function assertMayDelete({ admission, bucket }: S3Call, key: string, versionId: string | undefined): void {
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  const denial = admission?.denialOf({ action, resource: `arn:aws:s3:::${bucket}/${key}` }) ?? null;
  if (denial !== null) throw new S3Error('AccessDenied', denial);
}

const deletedElement = (Key: string, VersionId: string | undefined, marker: DeleteMarker | null): XmlNode => ({
  Key,
  VersionId,
  ...(marker === null ? {} : { DeleteMarker: true, DeleteMarkerVersionId: versionName(marker) }),
});

/** An impossible version id counts here, unlike in DeleteObject, as one that does not exist. */
const errorElement = (Key: string, VersionId: string | undefined, { code, message }: S3Error): XmlNode =>
  code === 'InvalidArgument'
    ? { Key, VersionId, Code: 'NoSuchVersion', Message: 'The specified version does not exist.' }
    : { Key, VersionId, Code: code, Message: message };

/** @throws S3Error InvalidArgument; AccessDenied for a locked version */
function remove(call: S3Call, bucket: Bucket, key: string, version: string | null, bypass: boolean): Deletion {
  const nowMs = call.context.clock.now();
  if (version === null) return { marker: deleteCurrent(call.store, bucket, key, nowMs) };
  const versionId = parseVersionId(bucket, version);
  const found = bucket.objects.find(key, versionId);
  if (found === undefined) return { marker: null };
  if (!isDeleteMarker(found)) assertDeletable(found, nowMs, bypass);
  call.store.commit({ type: 'object-deleted', bucket: bucket.name, key, versionId });
  return { marker: isDeleteMarker(found) ? found : null };
}

/** Deletes a key without naming a version; returns the delete marker that versioned buckets keep instead. */
export function deleteCurrent(store: Store, bucket: Bucket, key: string, nowMs: number): DeleteMarker | null {
  if (bucket.settings.versioning === null) {
    if (bucket.objects.has(key)) store.commit({ type: 'object-deleted', bucket: bucket.name, key });
    return null;
  }
  const marker: DeleteMarker = { key, versionId: newVersionId(bucket), markedMs: wholeSeconds(nowMs) };
  store.commit({ type: 'marker-stored', bucket: bucket.name, marker });
  return marker;
}
