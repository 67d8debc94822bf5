import type { DefaultEncryption } from './bucket-encryption';
import type { LifecycleConfiguration } from './lifecycle-rules';
import type { Tag } from './model';
import type { ObjectLockConfiguration } from './object-lock';
import type { ObjectOwnership } from './ownership';
import type { PublicAccessBlock } from './public-access';

/** What the operations on a bucket's configuration have set; null: nothing. */
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
