import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { inBucket } from '../aws/owned-bucket';
import { type Check, checksOf } from './check';
import type { Examined } from './examined';
import { permissionChecks } from './permission';

const check = checksOf('bucket');
/** How S3 tells that a bucket is in another Region than the one that was asked. */
const ELSEWHERE: ReadonlySet<string> = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed']);

/** The bucket, and whether it makes sense to ask more about it: not of one that is not there, or is somebody else's. */
export interface BucketAccess {
  readonly found: Check;
  readonly access: 'whole' | 'without-listing' | 'none';
}

export async function findBucket(examined: Examined): Promise<BucketAccess> {
  const { aws, ask, bucket, prefix, bucketOwner, place } = examined;
  const listing = new ListObjectsV2Command({
    ...inBucket(examined),
    Prefix: prefix,
    MaxKeys: 1,
  });
  const reply = await ask((options) => aws.s3.send(listing, options));
  switch (reply.kind) {
    case 'given': {
      const message = `${bucket} belongs to the account ${bucketOwner}; s3:ListBucket is allowed.`;
      return { found: check('ok', 'bucket', message), access: 'whole' };
    }
    case 'refused':
      if (reply.code === 'NoSuchBucket') return without(`there is no bucket ${bucket}: make it.`);
      if (!ELSEWHERE.has(reply.code)) return without(reply.sentence);
      return without(`${bucket} is in another Region than the vault, where no run can write: choose another.`);
    case 'denied': {
      const resource = `arn:${place.partition}:s3:::${bucket}`;
      const [found] = permissionChecks(check, [{ action: 's3:ListBucket', resource, reply }]);
      // S3 names the action to users of the bucket's account, and tells strangers nothing.
      if (found !== undefined && reply.message.includes('s3:')) return { found, access: 'without-listing' };
      const message =
        `not allowed, or ${bucket} is not of the account ${bucketOwner}: add it to the policy; if the bucket is meant ` +
        `to be another account's, give --bucket-owner. ${reply.sentence}`;
      return without(message, 's3:ListBucket');
    }
    case 'unaccepted':
    case 'unanswered':
      return { found: check('unknown', 'bucket', reply.sentence), access: 'none' };
    default:
      return reply satisfies never;
  }
}

const without = (message: string, name = 'bucket'): BucketAccess => ({
  found: check('failed', name, message),
  access: 'none',
});
