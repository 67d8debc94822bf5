import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  type GetBucketEncryptionCommandOutput,
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { inBucket } from '../aws/owned-bucket';
import { CONTROL_ROOT } from '../ids';
import { checkObjectPermissions } from './bucket-permissions';
import { type Check, checksOf, type Examined } from './examined';
import { settingChecks, permissionChecks } from './permission';

const check = checksOf('bucket');

/** How S3 tells that a bucket is in another Region than the one that was asked. */
const ELSEWHERE: ReadonlySet<string> = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed']);

/** The bucket, and whether it makes sense to ask more about it: not of one that is not there, or is somebody else's. */
export interface BucketAccess {
  readonly found: Check;
  readonly access: 'whole' | 'without-listing' | 'none';
}

export async function findBucket(examined: Examined): Promise<BucketAccess> {
  const { aws, ask, bucket, prefix, bucketOwner, arn } = examined;
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
      const resource = `arn:${arn.partition}:s3:::${bucket}`;
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

/** An upload lives from the first part of an archive to the last, over renewed jobs. */
const FEWEST_ABORT_DAYS = 7;

/** Lifecycle rules that would take uploads, objects or records away from a run. */
export const checkLifecycle = ({ aws: { s3 }, ask, ...destination }: Examined): Promise<readonly Check[]> => {
  const command = new GetBucketLifecycleConfigurationCommand(inBucket(destination));
  return settingChecks(
    check,
    { name: 'lifecycle rules', action: 's3:GetLifecycleConfiguration', unset: 'NoSuchLifecycleConfiguration' },
    ask((options) => s3.send(command, options)),
    (reply) => judgeLifecycle(reply?.Rules ?? [], destination.prefix),
  );
};

/** @param prefix of the objects, '' for the whole bucket */
export function judgeLifecycle(rules: readonly LifecycleRule[], prefix: string): readonly Check[] {
  const warnings = rules
    .filter(({ Status }) => Status === 'Enabled')
    .flatMap((rule) => warningsOf(rule, prefix).map((text) => `the rule "${rule.ID ?? ''}" ${text}`));
  if (warnings.length === 0) return [check('ok', 'lifecycle rules', 'none that concerns a run.')];
  return warnings.map((text) => check('warning', 'lifecycle rules', text));
}

function warningsOf(rule: LifecycleRule, prefix: string): readonly string[] {
  // Runs put no tags on what they write.
  if (rule.Filter?.Tag !== undefined || (rule.Filter?.And?.Tags ?? []).length > 0) return [];
  const scope = rule.Filter?.Prefix ?? rule.Filter?.And?.Prefix ?? rule.Prefix ?? '';
  const onObjects = overlaps(scope, prefix);
  const onRecords = overlaps(scope, CONTROL_ROOT);
  const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  const expires = rule.Expiration?.Days !== undefined || rule.Expiration?.Date !== undefined;
  const moves = (rule.Transitions ?? []).length > 0;
  return [
    ...(onObjects && days !== undefined && days < FEWEST_ABORT_DAYS
      ? [`aborts uploads after ${days} days: a large archive may take longer. Give it ${FEWEST_ABORT_DAYS} or more.`]
      : []),
    ...(onObjects && expires ? ['deletes objects of the destination: see that you want that.'] : []),
    ...(onObjects && moves ? ['moves objects of the destination to another storage class.'] : []),
    ...(onRecords && expires ? [`deletes the records of runs: let it spare ${CONTROL_ROOT}`] : []),
    ...(onRecords && moves
      ? [`moves the records of runs, which must stay readable: let it spare ${CONTROL_ROOT}`]
      : []),
  ];
}

const overlaps = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

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

async function regionOf({ aws: { s3 }, ask, arn, ...destination }: Examined): Promise<readonly Check[]> {
  const reply = await ask((options) => s3.send(new HeadBucketCommand(inBucket(destination)), options));
  if (reply.kind !== 'given') return [check('unknown', 'region', `could not be read.`)];
  const { BucketRegion = arn.region } = reply.value;
  if (BucketRegion === arn.region) return [check('ok', 'region', `${BucketRegion}, that of the vault.`)];
  const message = `${BucketRegion}, the vault's is ${arn.region}: each byte that crosses costs. Choose a bucket there.`;
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
