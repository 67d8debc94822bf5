import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  type GetBucketEncryptionCommandOutput,
} from '@aws-sdk/client-s3';
import { inBucket } from '../aws/owned-bucket';
import { findBucket } from './bucket-access';
import { checkLifecycle } from './bucket-lifecycle';
import { checkObjectPermissions } from './bucket-permissions';
import { type Check, checksOf } from './check';
import type { Examined } from './examined';
import { settingChecks } from './permission';

const check = checksOf('bucket');
/** Whether a run can write into the bucket, and what the bucket does to what is written. */
export async function checkBucket(examined: Examined): Promise<readonly Check[]> {
  const { found, access } = await findBucket(examined);
  if (access === 'none') return [found];
  const mayList = access === 'whole';
  const checks = await Promise.all([
    mayList ? regionOf(examined) : [],
    checkObjectPermissions(examined, mayList),
    versioning(examined),
    encryption(examined),
    checkLifecycle(examined),
    objectLock(examined),
  ]);
  return [found, ...checks.flat()];
}

async function regionOf({ aws: { s3 }, ask, place, ...destination }: Examined): Promise<readonly Check[]> {
  const reply = await ask((options) => s3.send(new HeadBucketCommand(inBucket(destination)), options));
  if (reply.kind !== 'given') return [check('unknown', 'region', `could not be read.`)];
  const { BucketRegion = place.region } = reply.value;
  if (BucketRegion === place.region) return [check('ok', 'region', `${BucketRegion}, that of the vault.`)];
  const message = `${BucketRegion}, the vault's is ${place.region}: each byte that crosses costs. Choose a bucket there.`;
  return [check('warning', 'region', message)];
}

const versioning = ({ aws: { s3 }, ask, ...destination }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'versioning', action: 's3:GetBucketVersioning' },
    ask((options) => s3.send(new GetBucketVersioningCommand(inBucket(destination)), options)),
    (reply) => [
      reply?.Status === 'Enabled'
        ? check('ok', 'versioning', 'on.')
        : check('ok', 'versioning', 'off; no run overwrites an object, but what others delete is gone.'),
    ],
  );

const encryption = ({ aws: { s3 }, ask, ...destination }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    {
      name: 'encryption',
      action: 's3:GetEncryptionConfiguration',
      unset: 'ServerSideEncryptionConfigurationNotFoundError',
    },
    ask((options) => s3.send(new GetBucketEncryptionCommand(inBucket(destination)), options)),
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

const objectLock = ({ aws: { s3 }, ask, ...destination }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    {
      name: 'object lock',
      action: 's3:GetBucketObjectLockConfiguration',
      unset: 'ObjectLockConfigurationNotFoundError',
    },
    ask((options) => s3.send(new GetObjectLockConfigurationCommand(inBucket(destination)), options)),
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
