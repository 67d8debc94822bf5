import { REGION } from '../support/region';
import { pick, type S3Cases } from './case';

const HERE = { CreateBucketConfiguration: { LocationConstraint: REGION } } as const;

const BAD_NAMES = {
  'of two characters': 'ab',
  'of 64 characters': 'b'.repeat(64),
  'with a capital': 'Bucket',
  'with an underscore': 'under_score',
  'like an IP address': '192.168.5.4',
  'that begins with a hyphen': '-hyphen',
} as const;

export const buckets: S3Cases = [
  ...(Object.entries(BAD_NAMES).map(([what, Bucket]) => ({
    operation: 'CreateBucket',
    name: `rejects a name ${what}`,
    run: ({ s3 }) => s3.createBucket({ Bucket, ...HERE }),
    outcome: '400 InvalidBucketName',
  })) satisfies S3Cases),
  {
    operation: 'CreateBucket',
    name: 'rejects a name with two adjacent full stops',
    run: ({ s3 }) => s3.createBucket({ Bucket: 'two..stops', ...HERE }),
    outcome: '400 InvalidBucketName',
    differs: { versitygw: 200, documented: 'User Guide, "Bucket naming rules": no two adjacent periods' },
  },
  {
    operation: 'CreateBucket',
    name: 'rejects a bucket that the caller has',
    run: ({ s3, Bucket }) => s3.createBucket({ Bucket, ...HERE }),
    outcome: '409 BucketAlreadyOwnedByYou',
  },
  {
    operation: 'CreateBucket',
    name: 'rejects another region than the one asked',
    run: ({ s3, Bucket }) =>
      s3.createBucket({ Bucket: `${Bucket}-b`, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
    outcome: '400 IllegalLocationConstraintException',
    differs: {
      versitygw: '400 InvalidLocationConstraint',
      documented: 'API reference, "Error responses": the constraint is incompatible with the region of the endpoint',
    },
  },
  {
    operation: 'HeadBucket',
    name: 'tells the region',
    run: ({ s3, Bucket }) => pick(s3.headBucket({ Bucket }), 'BucketRegion'),
    outcome: { BucketRegion: REGION },
  },
  {
    operation: 'HeadBucket',
    name: 'says in a status alone that there is none',
    run: ({ s3 }) => s3.headBucket({ Bucket: 'nowhere' }),
    outcome: '404 NotFound',
  },
  {
    operation: 'HeadBucket',
    name: 'rejects another expected owner',
    run: ({ s3, Bucket }) => s3.headBucket({ Bucket, ExpectedBucketOwner: '999999999999' }),
    outcome: '403 Unknown',
  },
  {
    operation: 'GetBucketLocation',
    name: 'tells the location constraint',
    run: ({ s3, Bucket }) => pick(s3.getBucketLocation({ Bucket }), 'LocationConstraint'),
    outcome: { LocationConstraint: REGION },
  },
  {
    operation: 'GetBucketLocation',
    name: 'of no bucket',
    run: ({ s3 }) => s3.getBucketLocation({ Bucket: 'nowhere' }),
    outcome: '404 NoSuchBucket',
  },
  {
    operation: 'ListBuckets',
    name: 'finds buckets by prefix',
    run: async ({ s3, Bucket }) => {
      const { Buckets = [], Prefix } = await s3.listBuckets({ Prefix: Bucket });
      return { names: Buckets.map(({ Name }) => Name === Bucket), Prefix: Prefix === Bucket };
    },
    outcome: { names: [true], Prefix: true },
  },
  {
    operation: 'ListBuckets',
    name: 'gives pages',
    run: async ({ s3, Bucket }) => {
      await Promise.all(['-b', '-c'].map((end) => s3.createBucket({ Bucket: Bucket + end, ...HERE })));
      const names: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.listBuckets({
          Prefix: Bucket,
          MaxBuckets: 2,
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        });
        names.push(...(page.Buckets ?? []).map(({ Name }) => Name?.slice(Bucket.length)), '|');
        ({ ContinuationToken } = page);
      } while (ContinuationToken !== undefined);
      return names.join(' ');
    },
    outcome: ' -b | -c |',
  },
  {
    operation: 'DeleteBucket',
    name: 'removes an empty bucket',
    run: async ({ s3, Bucket }) => {
      await s3.deleteBucket({ Bucket });
      return s3.headBucket({ Bucket });
    },
    outcome: '404 NotFound',
  },
  {
    operation: 'DeleteBucket',
    name: 'rejects one with an object',
    run: async ({ s3, Bucket, at }) => {
      await s3.putObject({ ...at, Body: 'x' });
      return s3.deleteBucket({ Bucket });
    },
    outcome: '409 BucketNotEmpty',
  },
  {
    operation: 'DeleteBucket',
    name: 'of no bucket',
    run: ({ s3 }) => s3.deleteBucket({ Bucket: 'nowhere' }),
    outcome: '404 NoSuchBucket',
  },
  {
    operation: 'DeleteBucket',
    name: 'takes an open multipart upload with it',
    run: async ({ s3, Bucket, at }) => {
      await s3.createMultipartUpload(at);
      return s3.deleteBucket({ Bucket });
    },
    outcome: 204,
  },
];
