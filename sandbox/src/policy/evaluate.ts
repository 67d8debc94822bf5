import { areMet, notUnderstood } from './conditions';
import type { Policy, Statement } from './document';
import { matchesPattern } from './patterns';

interface Asked {
  /** `sqs:SendMessage` */
  readonly action: string;
  /** ARN, or `*` for an action that is not on a resource. */
  readonly resource: string;
  /** What is known of the request, by condition key in lower case. */
  readonly conditionKeys: ReadonlyMap<string, string>;
}

/** A service that asks to do something to a topic or a queue. */
export interface ServiceRequest extends Asked {
  /** `sns.amazonaws.com` */
  readonly service: string;
}

/** A user of the account who asks to do something. */
export interface UserRequest extends Asked {
  readonly userArn: string;
  readonly accountId: string;
}

type PolicyRequest = ServiceRequest | UserRequest;

/** `not-understood` denies too: a relevant part of a policy is never skipped because it is not understood. */
export type Verdict =
  | { readonly kind: 'allowed' }
  /** By an explicit Deny. */
  | { readonly kind: 'denied' }
  /** No statement allows it. */
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'not-understood'; readonly reason: string };

/** What one policy says about a request: an explicit Deny wins, else one Allow is needed. */
export function evaluatePolicy(policy: Policy, request: PolicyRequest): Verdict {
  const effects = new Set<Statement['Effect']>();
  for (const statement of policy) {
    if ('reason' in statement) return { kind: 'not-understood', reason: statement.reason };
    if (!concerns(statement, request)) continue;
    const reason = notUnderstood(statement.Condition);
    if (reason !== null) return { kind: 'not-understood', reason };
    if (areMet(statement.Condition, request.conditionKeys)) effects.add(statement.Effect);
  }
  if (effects.has('Deny')) return { kind: 'denied' };
  return { kind: effects.has('Allow') ? 'allowed' : 'not-allowed' };
}

function concerns(statement: Statement, request: PolicyRequest): boolean {
  const { Action: actions, NotAction: notActions, Resource: resources, NotResource: notResources } = statement;
  const isAction = (pattern: string): boolean => matchesPattern(request.action.toLowerCase(), pattern.toLowerCase());
  const isResource = (pattern: string): boolean => matchesPattern(request.resource, pattern);
  return (
    isPrincipal(statement, request) &&
    (actions?.some(isAction) ?? notActions?.some(isAction) !== true) &&
    (resources?.some(isResource) ?? notResources?.some(isResource) !== true)
  );
}

/**
 * An Allow for an account lets its administrators delegate the permission, and so grants its users nothing by itself; a
 * Deny for an account applies to all of them (IAM guide, "AWS account principals").
 */
function isPrincipal({ Principal: principal, Effect: effect }: Statement, request: PolicyRequest): boolean {
  if (principal === undefined || principal === '*' || principal.AWS?.includes('*') === true) return true;
  if ('service' in request) return principal.Service?.includes(request.service) === true;
  const { userArn, accountId } = request;
  const account = [accountId, `arn:aws:iam::${accountId}:root`];
  return principal.AWS?.some((one) => one === userArn || (effect === 'Deny' && account.includes(one))) === true;
}
