import type { Policy } from '../policy/document';
import { evaluatePolicy, type Verdict } from '../policy/evaluate';
import type { Permission } from './permission';
import type { Principal } from './principal';

/** A permission that the caller does not have. */
export interface Denial {
  readonly permission: Permission;
  /** AWS's sentence. */
  readonly message: string;
}

/** What policies evaluate in addition to action and resource, by condition key in lower case. */
export type ConditionKeys = ReadonlyMap<string, string>;

/**
 * Decides as IAM does within one account: every permission has to be allowed by the user's policy or by one of the
 * resource, and denied explicitly by none.
 * @param resourcePolicies of the bucket, vault, topic or queue
 * @returns the first denial; null where all is allowed
 */
export function authorize(
  principal: Principal,
  permissions: readonly Permission[],
  resourcePolicies: readonly Policy[],
  conditionKeys: ConditionKeys,
): Denial | null {
  for (const permission of permissions) {
    const reason = refusalReason(principal, permission, resourcePolicies, conditionKeys);
    if (reason !== null) return { permission, message: sentence(principal, permission, reason) };
  }
  return null;
}

function refusalReason(
  { arn, accountId, policy }: Principal,
  { action, resource }: Permission,
  resourcePolicies: readonly Policy[],
  conditionKeys: ConditionKeys,
): string | null {
  const request = { userArn: arn, accountId, action, resource, conditionKeys };
  const verdicts = [
    { of: 'identity-based', verdict: policy === null ? ALLOWED : evaluatePolicy(policy, request) },
    ...resourcePolicies.map((one) => ({ of: 'resource-based', verdict: evaluatePolicy(one, request) })),
  ];
  for (const { of, verdict } of verdicts) {
    if (verdict.kind === 'denied')
      return `with an explicit deny in ${of === 'identity-based' ? 'an' : 'a'} ${of} policy`;
  }
  for (const { of, verdict } of verdicts) {
    if (verdict.kind === 'not-understood')
      return `because the sandbox does not understand its ${of} policy (${verdict.reason})`;
  }
  if (verdicts.some(({ verdict }) => verdict.kind === 'allowed')) return null;
  return `because no identity-based policy allows the ${spoken(action)} action`;
}

const ALLOWED: Verdict = { kind: 'allowed' };

const sentence = ({ arn }: Principal, { action, resource }: Permission, reason: string): string =>
  `User: ${arn} is not authorized to perform: ${spoken(action)} on resource: ${
    action.startsWith('s3:') ? `"${resource}"` : resource
  } ${reason}`;

/** As the services spell actions in their error messages (observed): `SNS:Publish`, `sqs:sendmessage`. */
function spoken(action: string): string {
  if (action.startsWith('sns:')) return action.replace('sns:', 'SNS:');
  return action.startsWith('sqs:') ? action.toLowerCase() : action;
}
