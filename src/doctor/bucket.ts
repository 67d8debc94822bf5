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
import { type Check, checksOf, type Examined } from './check';
import { settingChecks, permissionChecks } from './permission';

const check = checksOf('bucket');

/** Whether a run can write to the bucket, and what the bucket's settings do to its objects. */
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

/** S3's codes for a bucket in another Region than the client's. */
const ELSEWHERE: ReadonlySet<string> = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed']);

/** The bucket, and whether further checks make sense: not if it is missing or belongs to another account. */
interface BucketAccess {
  readonly found: Check;
  readonly access: 'whole' | 'without-listing' | 'none';
}

async function findBucket(examined: Examined): Promise<BucketAccess> {
  const { aws, tryRequest, bucket, prefix, bucketOwner, arn } = examined;
  const listing = new ListObjectsV2Command({
    ...inBucket(examined),
    Prefix: prefix,
    MaxKeys: 1,
  });
  const reply = await tryRequest((options) => aws.s3.send(listing, options));
  switch (reply.kind) {
    case 'given': {
      const message = `${bucket} belongs to the account ${bucketOwner}; s3:ListBucket is allowed.`;
      return { found: check('ok', 'bucket', message), access: 'whole' };
    }
    case 'rejected':
      if (reply.code === 'NoSuchBucket') return without(`the bucket ${bucket} does not exist: create it.`);
      if (!ELSEWHERE.has(reply.code)) return without(reply.sentence);
      return without(
        `${bucket} is in another Region than the vault, so runs cannot write to it: choose another bucket.`,
      );
    case 'denied': {
      const resource = `arn:${arn.partition}:s3:::${bucket}`;
      const [found] = permissionChecks(check, [{ action: 's3:ListBucket', resource, reply }]);
      // S3 names the action only to users of the bucket's account.
      if (found !== undefined && reply.message.includes('s3:')) return { found, access: 'without-listing' };
      const message =
        `not allowed, or ${bucket} does not belong to the account ${bucketOwner}: add it to the policy, or pass the ` +
        `owner with --bucket-owner if the bucket is supposed to belong to another account. ${reply.sentence}`;
      return without(message, 's3:ListBucket');
    }
    case 'unauthenticated':
    case 'no-response':
      return { found: check('unknown', 'bucket', reply.sentence), access: 'none' };
    default:
      return reply satisfies never;
  }
}

const without = (message: string, name = 'bucket'): BucketAccess => ({
  found: check('failed', name, message),
  access: 'none',
});

async function regionOf({ aws: { s3 }, tryRequest, arn, ...destination }: Examined): Promise<readonly Check[]> {
  const reply = await tryRequest((options) => s3.send(new HeadBucketCommand(inBucket(destination)), options));
  if (reply.kind !== 'given') return [check('unknown', 'region', 'could not be read.')];
  const { BucketRegion = arn.region } = reply.value;
  if (BucketRegion === arn.region) return [check('ok', 'region', `${BucketRegion}, the same as the vault.`)];
  const message = `${BucketRegion}, but the vault is in ${arn.region}: transfer between Regions is billed. Choose a bucket there.`;
  return [check('warning', 'region', message)];
}

const versioning = ({ aws: { s3 }, tryRequest, ...destination }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'versioning', action: 's3:GetBucketVersioning' },
    tryRequest((options) => s3.send(new GetBucketVersioningCommand(inBucket(destination)), options)),
    (reply) => [
      reply?.Status === 'Enabled'
        ? check('ok', 'versioning', 'on.')
        : check('ok', 'versioning', 'off; runs never overwrite an object, but objects deleted by others are lost.'),
    ],
  );

const encryption = ({ aws: { s3 }, tryRequest, ...destination }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    {
      name: 'encryption',
      action: 's3:GetEncryptionConfiguration',
      unset: 'ServerSideEncryptionConfigurationNotFoundError',
    },
    tryRequest((options) => s3.send(new GetBucketEncryptionCommand(inBucket(destination)), options)),
    (reply) => [encryptionCheck(reply)],
  );

/** The object that is written proves that the key works. */
function encryptionCheck(reply: GetBucketEncryptionCommandOutput | null): Check {
  const [rule] = reply?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const byDefault = rule?.ApplyServerSideEncryptionByDefault;
  if (byDefault?.SSEAlgorithm === undefined || byDefault.SSEAlgorithm === 'AES256') {
    return check('ok', 'encryption', 'with keys of S3.');
  }
  const key = `with the KMS key ${byDefault.KMSMasterKeyID ?? 'aws/s3'}`;
  if (rule?.BucketKeyEnabled === true) return check('ok', 'encryption', `${key}, with a bucket key.`);
  return check(
    'warning',
    'encryption',
    `${key}, without a bucket key: each object causes billed KMS requests. Enable the bucket key.`,
  );
}

const objectLock = ({ aws: { s3 }, tryRequest, ...destination }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    {
      name: 'object lock',
      action: 's3:GetBucketObjectLockConfiguration',
      unset: 'ObjectLockConfigurationNotFoundError',
    },
    tryRequest((options) => s3.send(new GetObjectLockConfigurationCommand(inBucket(destination)), options)),
    (reply) => {
      const retention = reply?.ObjectLockConfiguration?.Rule?.DefaultRetention;
      if (retention === undefined) return [check('ok', 'object lock', 'no default retention.')];
      const { Mode, Days, Years } = retention;
      const time = Days === undefined ? `${Years} years` : `${Days} days`;
      return [
        check(
          'warning',
          'object lock',
          `${Mode}: objects cannot be deleted for ${time}, including the records of runs.`,
        ),
      ];
    },
  );

/** An upload lasts from the first part of an archive to the last, across renewed jobs. */
const MIN_ABORT_DAYS = 7;

/** Lifecycle rules that would remove uploads, objects or records of a run. */
const checkLifecycle = ({ aws: { s3 }, tryRequest, ...destination }: Examined): Promise<readonly Check[]> => {
  const command = new GetBucketLifecycleConfigurationCommand(inBucket(destination));
  return settingChecks(
    check,
    { name: 'lifecycle rules', action: 's3:GetLifecycleConfiguration', unset: 'NoSuchLifecycleConfiguration' },
    tryRequest((options) => s3.send(command, options)),
    (reply) => lifecycleChecks(reply?.Rules ?? [], destination.prefix),
  );
};

/** @param prefix of the objects, '' for the whole bucket */
export function lifecycleChecks(rules: readonly LifecycleRule[], prefix: string): readonly Check[] {
  const warnings = rules
    .filter(({ Status }) => Status === 'Enabled')
    .flatMap((rule) => warningsOf(rule, prefix).map((text) => `the rule "${rule.ID ?? ''}" ${text}`));
  if (warnings.length === 0) return [check('ok', 'lifecycle rules', 'none that affects a run.')];
  return warnings.map((text) => check('warning', 'lifecycle rules', text));
}

function warningsOf(rule: LifecycleRule, prefix: string): readonly string[] {
  // Runs do not tag objects.
  if (rule.Filter?.Tag !== undefined || (rule.Filter?.And?.Tags ?? []).length > 0) return [];
  const scope = rule.Filter?.Prefix ?? rule.Filter?.And?.Prefix ?? rule.Prefix ?? '';
  const onObjects = overlaps(scope, prefix);
  const onRecords = overlaps(scope, CONTROL_ROOT);
  const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  const expires = rule.Expiration?.Days !== undefined || rule.Expiration?.Date !== undefined;
  const moves = (rule.Transitions ?? []).length > 0;
  return [
    ...(onObjects && days !== undefined && days < MIN_ABORT_DAYS
      ? [`aborts uploads after ${days} days: a large archive may take longer. Set it to ${MIN_ABORT_DAYS} or more.`]
      : []),
    ...(onObjects && expires ? ['deletes objects of the destination: check that this is intended.'] : []),
    ...(onObjects && moves ? ['moves objects of the destination to another storage class.'] : []),
    ...(onRecords && expires ? [`deletes the records of runs: exclude ${CONTROL_ROOT}`] : []),
    ...(onRecords && moves ? [`moves the records of runs, which must stay readable: exclude ${CONTROL_ROOT}`] : []),
  ];
}

const overlaps = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);
