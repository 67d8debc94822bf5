import { z } from 'zod';
import { notImplemented } from './errors';
import { header, xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { parseDocument, s3Document } from './xml';

const Delete = z.strictObject({
  Object: z.array(z.strictObject({ Key: z.string().min(1), VersionId: z.literal('null').optional() })).max(1000),
  Quiet: z.enum(['true', 'false']).optional(),
});

/** DeleteObject: succeeds whether or not there was one. */
export function deleteObject(call: S3Call): Reply {
  if (header(call, 'if-match') !== undefined) throw notImplemented('If-Match on DeleteObject');
  remove(call, call.key);
  return { status: 204 };
}

/** DeleteObjects: up to 1,000 keys. */
export async function deleteObjects(call: S3Call): Promise<Reply> {
  const request = parseDocument(await receiveDocument(call), 'Delete', Delete);
  for (const { Key } of request.Object) remove(call, Key);
  const deleted = request.Quiet === 'true' ? [] : request.Object.map(({ Key }) => ({ Key }));
  return xmlReply(s3Document('DeleteResult', { Deleted: deleted }));
}

function remove(call: S3Call, key: string): void {
  if (!call.store.bucket(call.bucket).objects.has(key)) return;
  call.store.commit({ type: 'object-deleted', bucket: call.bucket, key });
}
