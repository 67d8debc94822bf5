import { GetBucketLifecycleConfigurationCommand, type LifecycleRule } from '@aws-sdk/client-s3';
import { CONTROL_ROOT } from '../ids';
import { inBucket } from '../aws/owned-bucket';
import { type Check, checksOf } from './check';
import type { Examined } from './examined';
import { settingChecks } from './permission';

const check = checksOf('bucket');
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
