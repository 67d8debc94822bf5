import { z } from 'zod';
import { S3Error } from './errors';
import type { StoredObject } from './model';
import type { Reply, S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { parseDocument } from './xml';

const DAY_MS = 24 * 60 * 60 * 1000;

const RestoreRequest = z.strictObject({
  Days: z.string().regex(/^[1-9]\d{0,4}$/),
  GlacierJobParameters: z.strictObject({ Tier: z.enum(['Bulk', 'Standard', 'Expedited']) }).optional(),
});

const isArchived = ({ storageClass }: StoredObject): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

/** Whether GetObject may give the bytes. */
export const isReadable = (object: StoredObject, nowMs: number): boolean =>
  !isArchived(object) || (object.restoredUntilMs ?? 0) > nowMs;

/** RestoreObject. Unlike the real one it is done at once. */
export async function restoreObject(call: S3Call): Promise<Reply> {
  const request = parseDocument(await receiveDocument(call), 'RestoreRequest', RestoreRequest);
  const object = call.store.object(call.bucket, call.key);
  if (!isArchived(object)) {
    throw new S3Error('InvalidObjectState', "Restore is not allowed for the object's current storage class", {
      StorageClass: object.storageClass,
    });
  }
  if (object.storageClass === 'DEEP_ARCHIVE' && request.GlacierJobParameters?.Tier === 'Expedited') {
    throw new S3Error('InvalidArgument', 'Retrieval option is not supported by this storage class', {
      ArgumentName: 'Tier',
    });
  }
  const nowMs = call.context.clock.now();
  const status = isReadable(object, nowMs) ? 200 : 202;
  // S3 rounds the end of a restored copy's life up to midnight UTC.
  const untilMs = Math.ceil((nowMs + Number(request.Days) * DAY_MS) / DAY_MS) * DAY_MS;
  call.store.commit({ type: 'object-restored', bucket: call.bucket, key: call.key, untilMs });
  return { status };
}
