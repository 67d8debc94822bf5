import { z } from 'zod';
import { isPolicyDocument } from '../../policy/document';
import { notImplemented } from '../api-error';
import { wholeNumber } from '../input';
import { jsonOrNull } from '../../json';
import { invalidAttributeName, invalidAttributeValue, invalidValue } from './errors';

/** Settable attributes of a queue, by their API names, as the strings of the API. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** Longest message: 1 MiB, the documented maximum and default of MaximumMessageSize (SQS API reference, CreateQueue). */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** Defaults of a new queue (SQS API reference, CreateQueue). */
export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  DelaySeconds: '0',
  MaximumMessageSize: String(MAX_MESSAGE_BYTES),
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
  VisibilityTimeout: '30',
};

/** An empty Policy or RedrivePolicy removes it. */
const RULES: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['DelaySeconds', wholeNumber(0, 900)],
  ['MaximumMessageSize', wholeNumber(1024, MAX_MESSAGE_BYTES)],
  ['MessageRetentionPeriod', wholeNumber(60, 1_209_600)],
  ['Policy', z.string().refine((text) => text === '' || isPolicyDocument(text), 'not a policy document')],
  ['ReceiveMessageWaitTimeSeconds', wholeNumber(0, 20)],
  ['RedrivePolicy', z.string()],
  ['SqsManagedSseEnabled', z.enum(['true', 'false'])],
  ['VisibilityTimeout', wholeNumber(0, 43_200)],
]);

const NOT_BUILT = new Set([
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'RedriveAllowPolicy',
]);

/** @throws ApiError for an attribute that is unknown, not implemented or invalid. */
export function checkAttributes(attributes: QueueAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (NOT_BUILT.has(name)) throw notImplemented(`The queue attribute ${name}`);
    const rule = RULES.get(name);
    if (rule === undefined) throw invalidAttributeName(name);
    const result = rule.safeParse(value);
    if (!result.success) throw invalidAttributeValue(name, result.error.issues[0]?.message ?? 'unreadable');
  }
  if (attributes['RedrivePolicy'] !== '') redriveOf(attributes);
}

/** The attributes of a queue after a change. */
export const changedAttributes = (before: QueueAttributes, change: QueueAttributes): QueueAttributes =>
  Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== ''));

export const seconds = (attributes: QueueAttributes, name: string): number => Number(attributes[name] ?? 0);

const redrivePolicy = z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: wholeNumber(1, 1000) });
export type RedrivePolicy = z.output<typeof redrivePolicy>;

/** The queue's dead-letter queue and maxReceiveCount; null: none. @throws ApiError for an invalid policy */
export function redriveOf({ RedrivePolicy: text }: QueueAttributes): RedrivePolicy | null {
  if (text === undefined) return null;
  const result = redrivePolicy.safeParse(jsonOrNull(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidValue('RedrivePolicy', text, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}
