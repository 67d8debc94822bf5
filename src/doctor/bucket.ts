import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  type GetBucketEncryptionCommandOutput,
} from '@aws-sdk/client-s3';
import { checkLifecycle } from './bucket-lifecycle';
import { checkObjectPermissions } from './bucket-permissions';
import { type Check, checksOf } from './check';
import type { Examined } from './examined';
import { missingAction, settingChecks } from './permission';

const check = checksOf('bucket');
/** How S3 tells that a bucket is in another Region than the one that was asked. */
const ELSEWHERE: ReadonlySet<string> = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed']);

/** Whether a run can write into the bucket, and what the bucket does to what is written. */
export async function checkBucket(examined: Examined): Promise<readonly Check[]> {
  const found = await findBucket(examined);
  if (found.verdict === 'failed') return [found];
  const checks = await Promise.all([
    regionOf(examined),
    checkObjectPermissions(examined),
    versioning(examined),
    encryption(examined),
    checkLifecycle(examined),
    objectLock(examined),
  ]);
  return [found, ...checks.flat()];
}

async function findBucket({ aws: { s3 }, ask, bucket, prefix, bucketOwner }: Examined): Promise<Check> {
  const listing = new ListObjectsV2Command({ ...owned(bucket, bucketOwner), Prefix: prefix, MaxKeys: 1 });
  const reply = await ask((options) => s3.send(listing, options));
  switch (reply.kind) {
    case 'given':
      return check('ok', 'bucket', `${bucket} belongs to the account ${bucketOwner}; s3:ListBucket is allowed.`);
    case 'refused':
      if (reply.code === 'NoSuchBucket') return check('failed', 'bucket', `there is no bucket ${bucket}: make it.`);
      if (!ELSEWHERE.has(reply.code)) return check('failed', 'bucket', reply.sentence);
      return check(
        'failed',
        'bucket',
        `${bucket} is in another Region than the vault, where no run can write: choose another.`,
      );
    case 'denied': {
      const isNamed = reply.message.includes('s3:');
      const action = missingAction('s3:ListBucket', reply.message);
      if (isNamed) {
        return check('failed', action, `not allowed: add it to the policy, on the bucket ${bucket}. ${reply.sentence}`);
      }
      return check(
        'failed',
        's3:ListBucket',
        `not allowed, or ${bucket} is not of the account ${bucketOwner}: add it to the policy; if the bucket is meant ` +
          `to be another account's, give --bucket-owner. ${reply.sentence}`,
      );
    }
    case 'unaccepted':
    case 'unanswered':
      return check('unknown', 'bucket', reply.sentence);
    default:
      return reply satisfies never;
  }
}

const owned = (bucket: string, bucketOwner: string) => ({ Bucket: bucket, ExpectedBucketOwner: bucketOwner });

async function regionOf({ aws: { s3 }, ask, bucket, bucketOwner, place }: Examined): Promise<readonly Check[]> {
  const reply = await ask((options) => s3.send(new HeadBucketCommand(owned(bucket, bucketOwner)), options));
  if (reply.kind !== 'given') return [check('unknown', 'region', `could not be read.`)];
  const { BucketRegion = place.region } = reply.value;
  if (BucketRegion === place.region) return [check('ok', 'region', `${BucketRegion}, that of the vault.`)];
  const message = `${BucketRegion}, the vault's is ${place.region}: each byte that crosses costs. Choose a bucket there.`;
  return [check('warning', 'region', message)];
}

const versioning = ({ aws: { s3 }, ask, bucket, bucketOwner }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'versioning', action: 's3:GetBucketVersioning' },
    ask((options) => s3.send(new GetBucketVersioningCommand(owned(bucket, bucketOwner)), options)),
    (reply) => [
      reply?.Status === 'Enabled'
        ? check('ok', 'versioning', 'on.')
        : check('ok', 'versioning', 'off; no run overwrites an object, but what others delete is gone.'),
    ],
  );

const encryption = ({ aws: { s3 }, ask, bucket, bucketOwner }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    {
      name: 'encryption',
      action: 's3:GetEncryptionConfiguration',
      unset: 'ServerSideEncryptionConfigurationNotFoundError',
    },
    ask((options) => s3.send(new GetBucketEncryptionCommand(owned(bucket, bucketOwner)), options)),
    (reply) => [judgeEncryption(reply)],
  );

/** That the key can be used is proved by the object that is put. */
function judgeEncryption(reply: GetBucketEncryptionCommandOutput | null): Check {
  const [rule] = reply?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const byDefault = rule?.ApplyServerSideEncryptionByDefault;
  if (byDefault?.SSEAlgorithm === undefined || byDefault.SSEAlgorithm === 'AES256') {
    return check('ok', 'encryption', 'by keys of S3.');
  }
  const key = `by the KMS key ${byDefault.KMSMasterKeyID ?? 'aws/s3'}`;
  if (rule?.BucketKeyEnabled === true) return check('ok', 'encryption', `${key}, with a bucket key.`);
  return check(
    'warning',
    'encryption',
    `${key}, without a bucket key: each object costs KMS calls. Turn on the bucket key.`,
  );
}

const objectLock = ({ aws: { s3 }, ask, bucket, bucketOwner }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    {
      name: 'object lock',
      action: 's3:GetBucketObjectLockConfiguration',
      unset: 'ObjectLockConfigurationNotFoundError',
    },
    ask((options) => s3.send(new GetObjectLockConfigurationCommand(owned(bucket, bucketOwner)), options)),
    (reply) => {
      const retention = reply?.ObjectLockConfiguration?.Rule?.DefaultRetention;
      if (retention === undefined) return [check('ok', 'object lock', 'keeps nothing by default.')];
      const { Mode, Days, Years } = retention;
      const time = Days === undefined ? `${Years} years` : `${Days} days`;
      return [
        check(
          'warning',
          'object lock',
          `${Mode}: nothing that is written can be deleted for ${time}, records included.`,
        ),
      ];
    },
  );
