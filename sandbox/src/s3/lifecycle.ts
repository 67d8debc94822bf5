import type { OutgoingHttpHeaders } from 'node:http';
import type { Clock } from '../clock';
import { deleteCurrent } from './delete-objects';
import { S3Error } from './errors';
import { abortDue, expirationDue, parseLifecycle } from './lifecycle-rules';
import { midnightFrom } from './midnight';
import type { StoredObject, UploadStart } from './model';
import { httpTime, xmlReply, type Reply, type S3Call } from './s3-call';
import type { Bucket } from './state';
import type { Store } from './store';
import { receiveDocument } from './receive-payload';
import { s3Document } from './xml';

/** PutBucketLifecycleConfiguration: overdue actions of the new rules are executed at once. */
export async function putBucketLifecycleConfiguration(call: S3Call): Promise<Reply> {
  const document = await receiveDocument(call);
  const bucket = call.store.bucket(call.bucket);
  const lifecycle = parseLifecycle(document);
  call.store.commit({ type: 'bucket-changed', bucket: bucket.name, changes: { lifecycle } });
  carryOut(call.store, bucket, call.context.clock.now());
  return { status: 200 };
}

/** GetBucketLifecycleConfiguration. */
export function getBucketLifecycleConfiguration(call: S3Call): Reply {
  const { lifecycle } = call.store.bucket(call.bucket).settings;
  if (lifecycle !== null) return xmlReply(s3Document('LifecycleConfiguration', lifecycle));
  throw new S3Error('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', {
    BucketName: call.bucket,
  });
}

/**
 * Executes the lifecycle rules of all buckets: now, and at every midnight UTC of the sandbox's clock.
 * @returns a function that stops it
 */
export function startLifecycle(store: Store, clock: Clock): () => void {
  let cancel: () => void;
  const run = (): void => {
    const nowMs = clock.now();
    for (const bucket of store.buckets()) carryOut(store, bucket, nowMs);
    cancel = clock.at(midnightFrom(nowMs + 1), run);
  };
  run();
  return () => cancel();
}

function carryOut(store: Store, bucket: Bucket, nowMs: number): void {
  const { lifecycle } = bucket.settings;
  if (lifecycle === null) return;
  const isDue = (atMs: number | undefined): boolean => atMs !== undefined && atMs <= nowMs;
  for (const { start } of bucket.uploads.values()) {
    if (!isDue(abortDue(lifecycle, start.key, start.initiatedMs)?.atMs)) continue;
    store.commit({ type: 'upload-aborted', bucket: bucket.name, uploadId: start.uploadId });
  }
  for (const { key, modifiedMs } of bucket.objects.currentObjects()) {
    if (isDue(expirationDue(lifecycle, key, modifiedMs)?.atMs)) deleteCurrent(store, bucket, key, nowMs);
  }
}

/** Headers that tell when an upload will be aborted. */
export function abortHeaders(bucket: Bucket, { key, initiatedMs }: UploadStart): OutgoingHttpHeaders {
  const due = abortDue(bucket.settings.lifecycle, key, initiatedMs);
  return due === null ? {} : { 'x-amz-abort-date': httpTime(due.atMs), 'x-amz-abort-rule-id': due.ruleId };
}

/** The header that tells when the current object of a key will expire. */
export function expirationHeader(bucket: Bucket, { key, modifiedMs }: StoredObject): OutgoingHttpHeaders {
  const due = expirationDue(bucket.settings.lifecycle, key, modifiedMs);
  if (due === null) return {};
  const ruleId = encodeURIComponent(due.ruleId);
  return { 'x-amz-expiration': `expiry-date="${httpTime(due.atMs)}", rule-id="${ruleId}"` };
}
