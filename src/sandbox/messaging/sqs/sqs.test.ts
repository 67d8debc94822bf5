import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { ManualClock } from '../testing/manual-clock';
import { ACCOUNT_ID, REGION, startMessagingServer, type MessagingServer } from '../testing/messaging-server';

let clock: ManualClock;
let server: MessagingServer;

beforeEach(async () => {
  clock = new ManualClock();
  server = await startMessagingServer({ clock });
});
afterEach(() => server.stop());

const arn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${name}`;

async function createQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await server.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return QueueUrl ?? '';
}

const send = (QueueUrl: string, MessageBody: string) =>
  server.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

async function receive(QueueUrl: string, options: { max?: number; visibility?: number } = {}): Promise<Message[]> {
  const { Messages } = await server.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: options.max ?? 1,
      MessageSystemAttributeNames: ['All'],
      ...(options.visibility !== undefined && { VisibilityTimeout: options.visibility }),
    }),
  );
  return Messages ?? [];
}

const bodies = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ Body }) => Body);

async function counts(QueueUrl: string): Promise<number[]> {
  const { Attributes } = await server.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return [
    Number(Attributes?.ApproximateNumberOfMessages),
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
    Number(Attributes?.ApproximateNumberOfMessagesDelayed),
  ];
}

describe('queues', () => {
  it('creates a queue once and refuses other attributes under its name', async () => {
    const url = await createQueue('jobs', { VisibilityTimeout: '60' });
    expect(url).toBe(`${server.endpoint}/${ACCOUNT_ID}/jobs`);
    expect(await createQueue('jobs', { VisibilityTimeout: '60' })).toBe(url);
    expect(await createQueue('jobs')).toBe(url);
    await expect(createQueue('jobs', { VisibilityTimeout: '61' })).rejects.toMatchObject({ name: 'QueueNameExists' });
  });

  it('gives defaults, identity and changes of attributes', async () => {
    const QueueUrl = await createQueue('jobs');
    await server.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '5' } }));
    const { Attributes } = await server.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      DelaySeconds: '5',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      QueueArn: arn('jobs'),
      SqsManagedSseEnabled: 'true',
      VisibilityTimeout: '30',
    });
    const some = await server.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'Policy'] }),
    );
    expect(some.Attributes).toEqual({ QueueArn: arn('jobs') });
  });

  it('finds, lists in pages and deletes queues', async () => {
    for (const name of ['b-1', 'a-2', 'a-1', 'a-3']) await createQueue(name);
    const first = await server.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'a-', MaxResults: 2 }));
    const second = await server.sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: 'a-', MaxResults: 2, NextToken: first.NextToken }),
    );
    const names = [...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])].map((url) => url.split('/').at(-1));
    expect(names).toEqual(['a-1', 'a-2', 'a-3']);
    expect(second.NextToken).toBeUndefined();

    const { QueueUrl } = await server.sqs.send(new GetQueueUrlCommand({ QueueName: 'b-1' }));
    await server.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(server.sqs.send(new GetQueueUrlCommand({ QueueName: 'b-1' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      message: 'The specified queue does not exist.',
    });
  });

  it.each([
    [{ VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    [{ RedrivePolicy: '{"maxReceiveCount":3}' }, 'InvalidAttributeValue'],
    [{ Policy: '{' }, 'InvalidAttributeValue'],
    [{ Colour: 'blue' }, 'InvalidAttributeName'],
    [{ FifoQueue: 'true' }, 'NotImplemented'],
    [
      { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('none'), maxReceiveCount: 3 }) },
      'InvalidParameterValue',
    ],
  ])('refuses the attributes %j', async (attributes: Record<string, string>, name) => {
    await expect(createQueue('jobs', attributes)).rejects.toMatchObject({ name });
  });

  it('says what it does not have', async () => {
    const QueueUrl = await createQueue('jobs');
    await expect(createQueue('jobs.fifo')).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(server.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { a: 'b' } }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('TagQueue') as unknown,
    });
    await expect(
      server.sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: 'x',
          MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } },
        }),
      ),
    ).rejects.toMatchObject({ message: expect.stringContaining('MessageAttributes') as unknown });
  });
});

describe('messages', () => {
  it('arrive with their MD5 and system attributes, and the call log names queue and count', async () => {
    const url = await createQueue('jobs');
    const body = 'line\r\n<tag> & "ä" 🧊\tend';
    const sent = await send(url, body);
    expect(sent.MD5OfMessageBody).toBe(createHash('md5').update(body).digest('hex'));
    const sentMs = clock.now();
    clock.advance(2);
    const [message] = await receive(url);
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: body,
      Attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(sentMs),
        ApproximateFirstReceiveTimestamp: String(sentMs + 2000),
      },
    });
    expect(server.calls.at(-1)).toMatchObject({ operation: 'ReceiveMessage', detail: { queue: 'jobs', count: 1 } });
  });

  it('are hidden while in flight, come back after the visibility time-out and go when deleted', async () => {
    const url = await createQueue('jobs', { VisibilityTimeout: '30' });
    await send(url, 'a');
    const [first] = await receive(url);
    expect(await receive(url)).toEqual([]);
    expect(await counts(url)).toEqual([0, 1, 0]);
    clock.advance(30);
    expect(await counts(url)).toEqual([1, 0, 0]);
    const [second] = await receive(url);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');

    await server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    expect(await counts(url)).toEqual([0, 1, 0]);
    await server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle }));
    expect(await counts(url)).toEqual([0, 0, 0]);
    await server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle }));
  });

  it('can be deleted by the latest handle after its visibility time-out', async () => {
    const url = await createQueue('jobs');
    await send(url, 'a');
    const [message] = await receive(url, { visibility: 1 });
    clock.advance(2);
    await server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    expect(await receive(url)).toEqual([]);
  });

  it('refuses handles that are none or belong to another queue', async () => {
    const url = await createQueue('jobs');
    const other = await createQueue('other');
    await send(other, 'a');
    const [message] = await receive(other);
    for (const ReceiptHandle of ['nonsense', message?.ReceiptHandle]) {
      await expect(server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))).rejects.toMatchObject({
        name: 'ReceiptHandleIsInvalid',
      });
    }
  });

  it('change their visibility only in flight and by the latest handle', async () => {
    const url = await createQueue('jobs');
    await send(url, 'a');
    const [first] = await receive(url);
    const change = (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
      server.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
    await change(first?.ReceiptHandle, 100);
    clock.advance(99);
    expect(await receive(url)).toEqual([]);
    await change(first?.ReceiptHandle, 0);
    await expect(change(first?.ReceiptHandle, 10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    const [second] = await receive(url);
    await expect(change(first?.ReceiptHandle, 10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    await change(second?.ReceiptHandle, 10);
  });

  it('are received once per batch even with a visibility time-out of nothing', async () => {
    const url = await createQueue('jobs');
    await send(url, 'a');
    await send(url, 'b');
    expect(new Set(bodies(await receive(url, { max: 10, visibility: 0 })))).toEqual(new Set(['a', 'b']));
    expect(new Set(bodies(await receive(url, { max: 10, visibility: 0 })))).toEqual(new Set(['a', 'b']));
  });

  it('wait out their delay and are dropped at the end of their retention', async () => {
    const url = await createQueue('jobs', { MessageRetentionPeriod: '60' });
    await server.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'late', DelaySeconds: 10 }));
    expect(await counts(url)).toEqual([0, 0, 1]);
    expect(await receive(url)).toEqual([]);
    clock.advance(10);
    expect(bodies(await receive(url, { visibility: 0 }))).toEqual(['late']);
    clock.advance(50);
    expect(await counts(url)).toEqual([0, 0, 0]);
    expect(await receive(url)).toEqual([]);
  });

  it('move to the dead-letter queue after maxReceiveCount receptions', async () => {
    const dead = await createQueue('dead');
    const url = await createQueue('jobs', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 }),
    });
    const { MessageId } = await send(url, 'poison');
    expect(await receive(url, { visibility: 0 })).toHaveLength(1);
    expect(await receive(url, { visibility: 0 })).toHaveLength(1);
    expect(await receive(url, { visibility: 0 })).toEqual([]);
    expect(await counts(url)).toEqual([0, 0, 0]);
    expect(await receive(dead)).toMatchObject([
      { MessageId, Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arn('jobs') } },
    ]);
  });

  it('stay where they are when the dead-letter queue is gone', async () => {
    const dead = await createQueue('dead');
    const url = await createQueue('jobs', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 1 }),
    });
    await send(url, 'poison');
    await server.sqs.send(new DeleteQueueCommand({ QueueUrl: dead }));
    await receive(url, { visibility: 0 });
    expect(bodies(await receive(url))).toEqual(['poison']);
  });

  it('go with a purge, in flight or not', async () => {
    const url = await createQueue('jobs');
    await send(url, 'a');
    await receive(url);
    await send(url, 'b');
    await server.sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await counts(url)).toEqual([0, 0, 0]);
    clock.advance(60);
    expect(await receive(url)).toEqual([]);
  });

  it('are refused when empty, over the limit or with forbidden characters', async () => {
    const url = await createQueue('jobs');
    await send(url, 'x'.repeat(1_048_576));
    await expect(send(url, 'x'.repeat(1_048_577))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send(url, '')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send(url, 'bell \u0007')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
  });
});

const entries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Id: `m${index}`, MessageBody: `body ${index}` }));

describe('batches', () => {
  it('do each entry by itself', async () => {
    const QueueUrl = await createQueue('jobs');
    const sent = await server.sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [...entries(9), { Id: 'bad', MessageBody: '\u0000' }] }),
    );
    expect(sent.Successful).toHaveLength(9);
    expect(sent.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents' }]);

    const received = await receive(QueueUrl, { max: 10 });
    const deleted = await server.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          ...received.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
          { Id: 'bad', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(deleted.Successful).toHaveLength(9);
    expect(deleted.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it.each([
    [[], 'EmptyBatchRequest'],
    [entries(11), 'TooManyEntriesInBatchRequest'],
    [[...entries(1), ...entries(1)], 'BatchEntryIdsNotDistinct'],
    [[{ Id: 'a b', MessageBody: 'x' }], 'InvalidBatchEntryId'],
    [
      [
        { Id: 'a', MessageBody: 'x'.repeat(600_000) },
        { Id: 'b', MessageBody: 'x'.repeat(600_000) },
      ],
      'BatchRequestTooLong',
    ],
  ])('are refused whole (%#)', async (Entries, name) => {
    const QueueUrl = await createQueue('jobs');
    await expect(server.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });
  });

  it('take 10,000 messages through the queue, each exactly once', async () => {
    const QueueUrl = await createQueue('jobs');
    for (let batch = 0; batch < 1000; batch++) {
      const Entries = Array.from({ length: 10 }, (_, index) => ({
        Id: String(index),
        MessageBody: String(batch * 10 + index),
      }));
      await server.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }
    const seen = new Set<string>();
    for (;;) {
      const messages = await receive(QueueUrl, { max: 10 });
      if (messages.length === 0) break;
      for (const { Body } of messages) seen.add(Body ?? '');
      await server.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
    }
    expect(seen.size).toBe(10_000);
    expect(await counts(QueueUrl)).toEqual([0, 0, 0]);
  }, 60_000);
});
