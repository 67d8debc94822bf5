import { z } from 'zod';
import { nameInArn, queueArn } from '../arn';
import { wholeNumber } from '../input';
import type { SandboxContext } from '../../service';
import { invalidValue } from './errors';
import type { QueueAttributes } from './attributes';
import type { QueueStore } from './queue-store';

const redrivePolicy = z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: wholeNumber(1, 1000) });
export type RedrivePolicy = z.output<typeof redrivePolicy>;

/** Sources are named with `byQueue`, and only with it; ten at most (SQS API reference, CreateQueue). */
const redriveAllowPolicy = z.discriminatedUnion('redrivePermission', [
  z.strictObject({ redrivePermission: z.enum(['allowAll', 'denyAll']) }),
  z.strictObject({ redrivePermission: z.literal('byQueue'), sourceQueueArns: z.array(z.string()).min(1).max(10) }),
]);

function read<Schema extends z.ZodType>(schema: Schema, attribute: string, text: string): z.output<Schema> {
  const result = schema.safeParse(jsonOrText(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidValue(attribute, text, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The attributes among the given ones that are about dead letters: readable, or empty, which removes them. @throws ApiError */
export function checkRedriveForms({ RedrivePolicy: redrive, RedriveAllowPolicy: allow }: QueueAttributes): void {
  if (redrive !== undefined && redrive !== '') read(redrivePolicy, 'RedrivePolicy', redrive);
  if (allow !== undefined && allow !== '') read(redriveAllowPolicy, 'RedriveAllowPolicy', allow);
}

export const redriveOf = ({ RedrivePolicy: text }: QueueAttributes): RedrivePolicy | null =>
  text === undefined ? null : read(redrivePolicy, 'RedrivePolicy', text);

/**
 * Checks that a queue may use the dead-letter queue it names. As with AWS the permission is asked when the policy is
 * set, not when a message is moved.
 * @throws ApiError when the queue does not exist or its RedriveAllowPolicy does not admit the source
 */
export function checkDeadLetterQueue(
  context: SandboxContext,
  store: QueueStore,
  source: string,
  attributes: QueueAttributes,
): void {
  const { RedrivePolicy: text } = attributes;
  const redrive = redriveOf(attributes);
  if (redrive === null) return;
  const name = nameInArn('sqs', context, redrive.deadLetterTargetArn);
  const target = name === null ? undefined : store.get(name);
  if (target === undefined) throw invalidValue('RedrivePolicy', text, 'Dead letter target does not exist');
  if (!admits(target.settings.attributes, queueArn(context, source))) {
    throw invalidValue('RedrivePolicy', text, 'The RedriveAllowPolicy of the dead letter target does not permit it');
  }
}

function admits({ RedriveAllowPolicy: text }: QueueAttributes, sourceArn: string): boolean {
  if (text === undefined) return true;
  const policy = read(redriveAllowPolicy, 'RedriveAllowPolicy', text);
  if (policy.redrivePermission === 'byQueue') return policy.sourceQueueArns.includes(sourceArn);
  return policy.redrivePermission === 'allowAll';
}

/** Names of the queues that use a queue for their dead letters. */
export const deadLetterSources = (context: SandboxContext, store: QueueStore, target: string): readonly string[] =>
  store.names().filter((name) => {
    const attributes = store.get(name)?.settings.attributes ?? {};
    return redriveOf(attributes)?.deadLetterTargetArn === queueArn(context, target);
  });
