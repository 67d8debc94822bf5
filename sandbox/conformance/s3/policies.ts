import type { S3Cases } from './case';

/** Not a public policy, which new buckets reject. */
const deny = (Bucket: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Deny', Principal: { AWS: '*' }, Action: ['s3:DeleteObject'], Resource: [`arn:aws:s3:::${Bucket}/*`] },
    ],
  });

export const policies: S3Cases = [
  {
    operation: 'GetBucketPolicy',
    name: 'of a bucket without',
    run: ({ s3, Bucket }) => s3.getBucketPolicy({ Bucket }),
    outcome: '404 NoSuchBucketPolicy',
  },
  {
    operation: 'PutBucketPolicy',
    name: 'keeps a policy as it was given',
    run: async ({ s3, Bucket }) => {
      await s3.putBucketPolicy({ Bucket, Policy: deny(Bucket) });
      return (await s3.getBucketPolicy({ Bucket })).Policy === deny(Bucket);
    },
    outcome: true,
  },
  {
    operation: 'PutBucketPolicy',
    name: 'rejects what is no JSON',
    run: ({ s3, Bucket }) => s3.putBucketPolicy({ Bucket, Policy: 'policy' }),
    outcome: '400 MalformedPolicy',
  },
  {
    operation: 'PutBucketPolicy',
    name: 'rejects a resource outside of the bucket',
    run: ({ s3, Bucket }) => s3.putBucketPolicy({ Bucket, Policy: deny('another-bucket') }),
    outcome: '400 MalformedPolicy',
  },
  {
    operation: 'DeleteBucketPolicy',
    name: 'removes the policy',
    run: async ({ s3, Bucket }) => {
      await s3.putBucketPolicy({ Bucket, Policy: deny(Bucket) });
      await s3.deleteBucketPolicy({ Bucket });
      return s3.getBucketPolicy({ Bucket });
    },
    outcome: '404 NoSuchBucketPolicy',
  },
];
