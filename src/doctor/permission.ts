import { namedPermission } from '../aws/remedies';
import type { Reply } from './ask';
import type { Check, checksOf } from './examined';

/** An action of the copier's policy, and what AWS said when it was tried. */
export interface Tried {
  readonly action: string;
  readonly resource: string;
  readonly reply: Reply<unknown>;
}

/** One line for all that is allowed, and one for each action that is missing or could not be tried. */
export function permissionChecks(check: ReturnType<typeof checksOf>, tried: readonly Tried[]): readonly Check[] {
  const allowed = tried.filter(({ reply }) => reply.kind === 'given' || reply.kind === 'refused');
  const actions = new Set(allowed.map(({ action }) => action));
  return [
    ...(actions.size === 0 ? [] : [check('ok', 'permissions', [...actions].join(', '))]),
    ...tried.flatMap((one) => notAllowed(check, one)),
  ];
}

function notAllowed(check: ReturnType<typeof checksOf>, { action, resource, reply }: Tried): readonly Check[] {
  switch (reply.kind) {
    case 'given':
    case 'refused':
      return [];
    case 'denied': {
      const missing = missingAction(action, reply.message);
      const on = missing.startsWith('kms:') ? 'the key of the bucket' : resource;
      const remedy = reply.message.includes('explicit deny')
        ? `denied by a policy: take that out, for ${on}`
        : `not allowed: add it to the policy, on ${on}`;
      return [check('failed', missing, `${remedy}. ${reply.sentence}`)];
    }
    case 'unaccepted':
    case 'unanswered':
      return [check('unknown', action, `could not be tried: ${reply.sentence}`)];
    default:
      return reply satisfies never;
  }
}

/**
 * The action that AWS names, where it names one: a put needs the bucket's key too. The services spell actions in their
 * sentences as they like (`SNS:Publish`, `sqs:sendmessage`).
 */
export function missingAction(tried: string, message: string): string {
  const named = namedPermission(message)?.action ?? tried;
  return named.toLowerCase() === tried.toLowerCase() ? tried : named;
}

/**
 * What a setting says, where it may be read; else one line that says why not, which is no reason to fail: no run needs
 * to read it.
 * @param unset the code by which AWS says that there is no such setting
 */
export async function settingChecks<T>(
  check: ReturnType<typeof checksOf>,
  { name, action, unset }: { readonly name: string; readonly action: string; readonly unset?: string },
  asked: Promise<Reply<T>>,
  judge: (value: T | null) => readonly Check[],
): Promise<readonly Check[]> {
  const reply = await asked;
  switch (reply.kind) {
    case 'given':
      return judge(reply.value);
    case 'refused':
      return reply.code === unset ? judge(null) : [check('unknown', name, `could not be read: ${reply.sentence}`)];
    case 'denied':
      return [check('warning', name, `not checked: allow ${action} to have it read. ${reply.sentence}`)];
    case 'unaccepted':
    case 'unanswered':
      return [check('unknown', name, `could not be read: ${reply.sentence}`)];
    default:
      return reply satisfies never;
  }
}
