import type { LifecycleRule } from '@aws-sdk/client-s3';
import { pick, type S3Case, type S3Cases } from './case';

const ABORT: LifecycleRule = {
  ID: 'abort',
  Status: 'Enabled',
  Filter: { Prefix: 'uploads/' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};

const DAY_MS = 24 * 60 * 60 * 1000;

const NO_LIFECYCLE = {
  versitygw: '501 NotImplemented',
  documented: 'User Guide, "Managing the lifecycle of objects"; versitygw has none',
};

const cases: readonly S3Case[] = [
  {
    operation: 'GetBucketLifecycleConfiguration',
    name: 'of a bucket without',
    run: ({ s3, Bucket }) => s3.getBucketLifecycleConfiguration({ Bucket }),
    outcome: '404 NoSuchLifecycleConfiguration',
  },
  {
    operation: 'PutBucketLifecycleConfiguration',
    name: 'keeps a rule that aborts uploads',
    run: async ({ s3, Bucket }) => {
      await s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: [ABORT] } });
      return pick(s3.getBucketLifecycleConfiguration({ Bucket }), 'Rules');
    },
    outcome: { Rules: [ABORT] },
  },
  {
    operation: 'CreateMultipartUpload',
    name: 'tells when and by which rule it will be aborted',
    run: async ({ s3, Bucket }) => {
      await s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: [ABORT] } });
      const { AbortDate, AbortRuleId } = await s3.createMultipartUpload({ Bucket, Key: 'uploads/film' });
      // Seven days on, rounded up to midnight UTC.
      const days = ((AbortDate?.getTime() ?? 0) - Date.now()) / DAY_MS;
      return { AbortRuleId, midnight: (AbortDate?.getTime() ?? 1) % DAY_MS === 0, soon: days > 7 && days <= 8 };
    },
    outcome: { AbortRuleId: 'abort', midnight: true, soon: true },
  },
  {
    operation: 'CreateMultipartUpload',
    name: 'tells nothing where no rule is meant',
    run: async ({ s3, Bucket }) => {
      await s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: [ABORT] } });
      return pick(s3.createMultipartUpload({ Bucket, Key: 'film' }), 'AbortDate', 'AbortRuleId');
    },
    outcome: {},
  },
  {
    operation: 'DeleteBucketLifecycle',
    name: 'removes the rules',
    run: async ({ s3, Bucket }) => {
      await s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: [ABORT] } });
      await s3.deleteBucketLifecycle({ Bucket });
      return s3.getBucketLifecycleConfiguration({ Bucket });
    },
    outcome: '404 NoSuchLifecycleConfiguration',
  },
];

export const lifecycle: S3Cases = cases.map((one) => ({ ...one, differs: NO_LIFECYCLE }));
