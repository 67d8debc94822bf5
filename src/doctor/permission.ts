import { namedPermission } from '../aws/remedies';
import type { Reply } from './try-request';
import type { Check, checksOf } from './check';

/** An action of the copier's policy, and the outcome of trying it. */
export interface Tried {
  readonly action: string;
  readonly resource: string;
  readonly reply: Reply<unknown>;
}

/** One check for all allowed actions, and one for each action that is missing or could not be tried. */
export function permissionChecks(check: ReturnType<typeof checksOf>, tried: readonly Tried[]): readonly Check[] {
  const allowed = tried.filter(({ reply }) => reply.kind === 'given' || reply.kind === 'rejected');
  const actions = new Set(allowed.map(({ action }) => action));
  return [
    ...(actions.size === 0 ? [] : [check('ok', 'permissions', [...actions].join(', '))]),
    ...tried.flatMap((one) => notAllowed(check, one)),
  ];
}

function notAllowed(check: ReturnType<typeof checksOf>, { action, resource, reply }: Tried): readonly Check[] {
  switch (reply.kind) {
    case 'given':
    case 'rejected':
      return [];
    case 'denied': {
      const missing = missingAction(action, reply.message);
      const on = missing.startsWith('kms:') ? 'the key of the bucket' : resource;
      const remedy = reply.message.includes('explicit deny')
        ? `denied by a policy: remove that statement, for ${on}`
        : `not allowed: add it to the policy, on ${on}`;
      return [check('failed', missing, `${remedy}. ${reply.sentence}`)];
    }
    case 'unauthenticated':
    case 'no-response':
      return [check('unknown', action, `could not be tried: ${reply.sentence}`)];
    default:
      return reply satisfies never;
  }
}

/**
 * The action that AWS names, if any: PutObject may need permission for the bucket's KMS key. Services use different cases
 * in their messages (`SNS:Publish`, `sqs:sendmessage`).
 */
function missingAction(tried: string, message: string): string {
  const named = namedPermission(message)?.action ?? tried;
  return named.toLowerCase() === tried.toLowerCase() ? tried : named;
}

/**
 * Checks a setting if it can be read; otherwise one check says why not, which is not a failure: no run needs to read it.
 * @param unset AWS's code for a missing setting
 */
export async function settingChecks<T>(
  check: ReturnType<typeof checksOf>,
  { name, action, unset }: { readonly name: string; readonly action: string; readonly unset?: string },
  request: Promise<Reply<T>>,
  checksOfValue: (value: T | null) => readonly Check[],
): Promise<readonly Check[]> {
  const reply = await request;
  switch (reply.kind) {
    case 'given':
      return checksOfValue(reply.value);
    case 'rejected':
      return reply.code === unset
        ? checksOfValue(null)
        : [check('unknown', name, `could not be read: ${reply.sentence}`)];
    case 'denied':
      return [check('warning', name, `not checked: reading it requires ${action}. ${reply.sentence}`)];
    case 'unauthenticated':
    case 'no-response':
      return [check('unknown', name, `could not be read: ${reply.sentence}`)];
    default:
      return reply satisfies never;
  }
}
