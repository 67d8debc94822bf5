import { z } from 'zod';
import type { LifecycleConfiguration } from './lifecycle-rules';
import type { Tag } from './model';
import { refusedElement } from './xml';

const flag = z.enum(['true', 'false']).default('false');

/** Rule of a `<ServerSideEncryptionConfiguration>`. */
export const DefaultEncryption = z.strictObject({
  ApplyServerSideEncryptionByDefault: z.strictObject({
    SSEAlgorithm: z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']),
    KMSMasterKeyID: z.string().optional(),
  }),
  BucketKeyEnabled: flag,
  BlockedEncryptionTypes: refusedElement('BlockedEncryptionTypes'),
});
export type DefaultEncryption = z.infer<typeof DefaultEncryption>;

const period = z.string().regex(/^[1-9]\d{0,4}$/);
const DefaultRetention = z
  .strictObject({ Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']), Days: period.optional(), Years: period.optional() })
  .refine(({ Days, Years }) => (Days === undefined) !== (Years === undefined), 'either Days or Years');

export const ObjectLockConfiguration = z.strictObject({
  ObjectLockEnabled: z.literal('Enabled'),
  Rule: z.array(z.strictObject({ DefaultRetention })).length(1).optional(),
});
export type ObjectLockConfiguration = z.infer<typeof ObjectLockConfiguration>;

/** Public ACLs are rejected in any case, and there are no public callers. */
export const PublicAccessBlock = z.strictObject({
  BlockPublicAcls: flag,
  IgnorePublicAcls: flag,
  BlockPublicPolicy: flag,
  RestrictPublicBuckets: flag,
});
export type PublicAccessBlock = z.infer<typeof PublicAccessBlock>;

/** There is one account, so all of them mean the same here. */
export const ObjectOwnership = z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']);
export type ObjectOwnership = z.infer<typeof ObjectOwnership>;

/** A bucket's configuration, each part as its document has it; null: not set. */
export interface BucketSettings {
  /** Null: never enabled. */
  readonly versioning: 'Enabled' | 'Suspended' | null;
  readonly lifecycle: LifecycleConfiguration | null;
  readonly encryption: DefaultEncryption | null;
  readonly objectLock: ObjectLockConfiguration | null;
  /** The JSON text as it was put. */
  readonly policy: string | null;
  readonly tags: readonly Tag[] | null;
  readonly publicAccessBlock: PublicAccessBlock | null;
  readonly ownership: ObjectOwnership | null;
}

/** Of a new bucket, since April 2023. */
export const NEW_BUCKET_SETTINGS: BucketSettings = {
  versioning: null,
  lifecycle: null,
  encryption: null,
  objectLock: null,
  policy: null,
  tags: null,
  publicAccessBlock: {
    BlockPublicAcls: 'true',
    IgnorePublicAcls: 'true',
    BlockPublicPolicy: 'true',
    RestrictPublicBuckets: 'true',
  },
  ownership: 'BucketOwnerEnforced',
};
