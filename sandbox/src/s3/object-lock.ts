import { z } from 'zod';
import { S3Error } from './errors';
import { xmlReply, type Reply, type S3Call } from './s3-call';
import type { Bucket } from './state';
import { receiveDocument } from './store-payload';
import { parseDocument, s3Document } from './xml';

const period = z.string().regex(/^[1-9]\d{0,4}$/);
const DefaultRetention = z
  .strictObject({ Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']), Days: period.optional(), Years: period.optional() })
  .refine(({ Days, Years }) => (Days === undefined) !== (Years === undefined), 'either Days or Years');
const ObjectLockConfiguration = z.strictObject({
  ObjectLockEnabled: z.literal('Enabled'),
  Rule: z.array(z.strictObject({ DefaultRetention })).length(1).optional(),
});
/** As its document has it. */
export type ObjectLockConfiguration = z.infer<typeof ObjectLockConfiguration>;

/** PutObjectLockConfiguration: also turns Object Lock on for a bucket that has versioning; nothing turns it off. */
export async function putObjectLockConfiguration(call: S3Call): Promise<Reply> {
  const document = await receiveDocument(call);
  const bucket = call.store.bucket(call.bucket);
  const objectLock = parseDocument(document, 'ObjectLockConfiguration', ObjectLockConfiguration);
  if (bucket.settings.versioning !== 'Enabled') {
    throw new S3Error(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  }
  call.store.commit({ type: 'bucket-changed', bucket: bucket.name, changes: { objectLock } });
  return { status: 200 };
}

/** GetObjectLockConfiguration. */
export function getObjectLockConfiguration(call: S3Call): Reply {
  const { objectLock } = call.store.bucket(call.bucket).settings;
  if (objectLock !== null) return xmlReply(s3Document('ObjectLockConfiguration', objectLock));
  throw new S3Error(
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
    { BucketName: call.bucket },
  );
}

/** @throws S3Error InvalidRequest in a bucket without Object Lock */
export function assertLockEnabled({ settings }: Bucket): void {
  if (settings.objectLock !== null) return;
  throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
}
