import type { RunSettings } from '../wire/request';

/** A bucket and the account that it must belong to; null where nobody has said which. A run's settings name both. */
export interface OwnedBucket extends Pick<RunSettings, 'bucket'> {
  readonly bucketOwner: string | null;
}

/** What each request to S3 says of its bucket: S3 refuses it with 403 when the bucket belongs to another account. */
export const inBucket = ({ bucket, bucketOwner }: OwnedBucket) => ({
  Bucket: bucket,
  ...(bucketOwner === null ? {} : { ExpectedBucketOwner: bucketOwner }),
});
