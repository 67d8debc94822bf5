import { z } from 'zod';
import { notImplemented } from '../api-error';
import { nameInArn, queueArn } from '../arn';
import { wholeNumber } from '../input';
import { changedAttributes, checkAttributes, DEFAULT_ATTRIBUTES, redriveOf, type QueueAttributes } from './attributes';
import {
  invalidAttributeName,
  invalidValue,
  purgeInProgress,
  queueDeletedRecently,
  queueDoesNotExist,
  queueNameExists,
} from './errors';
import { operation, queueInUrl, queueUrl, type SqsOperation, type SqsServices } from './operation';
import type { Queue } from './queue';

const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$/;
/** How long the name of a deleted queue stays taken, and the minimum time between purges (SQS API reference, DeleteQueue, PurgeQueue). */
const PAUSE_MS = 60_000;
const attributeMap = z.record(z.string(), z.string());
const onQueue = z.strictObject({ QueueUrl: z.string() });

const createQueue = operation(
  z.strictObject({ QueueName: z.string(), Attributes: attributeMap.default({}) }),
  (services, { QueueName: name, Attributes: given }, { note }) => {
    const { context, store } = services;
    note({ queue: name });
    if (name.endsWith('.fifo')) throw notImplemented('A FIFO queue');
    if (!QUEUE_NAME.test(name)) {
      throw invalidValue(
        'QueueName',
        name,
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      );
    }
    checkAttributes(given);
    const existing = store.get(name);
    if (existing === undefined) {
      const nowMs = context.clock.now();
      if (nowMs < (store.deletedMs(name) ?? -Infinity) + PAUSE_MS) throw queueDeletedRecently();
      const attributes = changedAttributes(DEFAULT_ATTRIBUTES, given);
      checkDeadLetterQueue(services, attributes);
      store.record({ type: 'queue', settings: { name, attributes, createdMs: nowMs, changedMs: nowMs } });
    } else {
      const differing = Object.keys(given).find((key) => given[key] !== (existing.settings.attributes[key] ?? ''));
      if (differing !== undefined) throw queueNameExists(differing);
    }
    return { QueueUrl: queueUrl(context, name) };
  },
);

const getQueueUrl = operation(
  z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() }),
  ({ context, store }, { QueueName: name, QueueOwnerAWSAccountId: owner }, { note }) => {
    note({ queue: name });
    if (store.get(name) === undefined || (owner ?? context.accountId) !== context.accountId) throw queueDoesNotExist();
    return { QueueUrl: queueUrl(context, name) };
  },
);

/** A token, the name of the last queue, is given only to clients that set a page size. */
const listQueues = operation(
  z.strictObject({
    QueueNamePrefix: z.string().default(''),
    MaxResults: wholeNumber(1, 1000).optional(),
    NextToken: z.string().default(''),
  }),
  ({ context, store }, { QueueNamePrefix: prefix, MaxResults: limit, NextToken: after }) => {
    const left = store.names().filter((name) => name.startsWith(prefix) && name > after);
    const page = left.slice(0, limit ?? 1000);
    return {
      ...(page.length > 0 && { QueueUrls: page.map((name) => queueUrl(context, name)) }),
      ...(limit !== undefined && page.length < left.length && { NextToken: page.at(-1) }),
    };
  },
);

const getQueueAttributes = operation(
  onQueue.extend({ AttributeNames: z.array(z.string()).default([]) }),
  (services, { QueueUrl: url, AttributeNames: names }, request) => {
    const queue = services.messages.queue(queueInUrl(services, url, request));
    const all = describe(services, queue);
    const unknown = names.find((name) => name !== 'All' && !KNOWN_ATTRIBUTES.has(name));
    if (unknown !== undefined) throw invalidAttributeName(unknown);
    const wanted = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
    return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
  },
);

const setQueueAttributes = operation(onQueue.extend({ Attributes: attributeMap }), (services, input, request) => {
  const { settings } = services.messages.queue(queueInUrl(services, input.QueueUrl, request));
  checkAttributes(input.Attributes);
  const attributes = changedAttributes(settings.attributes, input.Attributes);
  if (input.Attributes['RedrivePolicy'] !== undefined) checkDeadLetterQueue(services, attributes);
  services.store.record({
    type: 'queue',
    settings: { ...settings, attributes, changedMs: services.context.clock.now() },
  });
  services.messages.queue(settings.name).wakeAll();
  return null;
});

const purgeQueue = operation(onQueue, (services, input, request) => {
  const { context, store } = services;
  const queue = queueInUrl(services, input.QueueUrl, request);
  const atMs = context.clock.now();
  if (atMs < (store.purgedMs(queue) ?? -Infinity) + PAUSE_MS) throw purgeInProgress(queue);
  store.record({ type: 'purged', queue, atMs });
  return null;
});

const deleteQueue = operation(onQueue, (services, input, request) => {
  const queue = queueInUrl(services, input.QueueUrl, request);
  services.store.record({ type: 'queue-deleted', queue, atMs: services.context.clock.now() });
  return null;
});

/** @throws ApiError when the attributes name a dead-letter queue that does not exist */
function checkDeadLetterQueue({ context, store }: SqsServices, attributes: QueueAttributes): void {
  const redrive = redriveOf(attributes);
  if (redrive === null) return;
  const name = nameInArn('sqs', context, redrive.deadLetterTargetArn);
  if (name !== null && store.get(name) !== undefined) return;
  throw invalidValue('RedrivePolicy', attributes['RedrivePolicy'], 'Dead letter target does not exist');
}

/** Attributes that exist, set or not, so that requesting one is no error. */
const KNOWN_ATTRIBUTES = new Set([
  ...Object.keys(DEFAULT_ATTRIBUTES),
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'FifoQueue',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'LastModifiedTimestamp',
  'Policy',
  'QueueArn',
  'RedriveAllowPolicy',
  'RedrivePolicy',
]);

function describe({ context }: SqsServices, queue: Queue): QueueAttributes {
  const { name, attributes, createdMs, changedMs } = queue.settings;
  const { available, inFlight, delayed } = queue.counts(context.clock.now());
  return {
    ...attributes,
    QueueArn: queueArn(context, name),
    ApproximateNumberOfMessages: String(available),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(createdMs / 1000)),
    LastModifiedTimestamp: String(Math.floor(changedMs / 1000)),
  };
}

export const QUEUE_OPERATIONS: ReadonlyMap<string, SqsOperation> = new Map([
  ['CreateQueue', createQueue],
  ['DeleteQueue', deleteQueue],
  ['GetQueueAttributes', getQueueAttributes],
  ['GetQueueUrl', getQueueUrl],
  ['ListQueues', listQueues],
  ['PurgeQueue', purgeQueue],
  ['SetQueueAttributes', setQueueAttributes],
]);
