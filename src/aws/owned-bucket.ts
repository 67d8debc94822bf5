import type { RunSettings } from '../wire/request';

/** A bucket and the account that must own it; null if none is expected. A run's settings name both. */
export interface OwnedBucket extends Pick<RunSettings, 'bucket'> {
  readonly bucketOwner: string | null;
}

/** The bucket in each request to S3, which responds with 403 if the bucket belongs to another account. */
export const inBucket = ({ bucket, bucketOwner }: OwnedBucket) => ({
  Bucket: bucket,
  ...(bucketOwner === null ? {} : { ExpectedBucketOwner: bucketOwner }),
});
