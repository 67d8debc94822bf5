import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  PurgeQueueCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { ManualClock } from '../../testing/manual-clock';
import { startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, bodies, counts, createQueue, receive, send } from '../testing/queue-calls';

let clock: ManualClock;
let server: MessagingServer;

beforeEach(async () => {
  clock = new ManualClock();
  server = await startMessagingServer({ clock });
});
afterEach(() => server.stop());

describe('messages', () => {
  it('arrive with their MD5 and system attributes, and the call log names queue and count', async () => {
    const url = await createQueue(server, 'jobs');
    const body = 'line\r\n<tag> & "ä" 🧊\tend';
    const sent = await send(server, url, body);
    expect(sent.MD5OfMessageBody).toBe(createHash('md5').update(body).digest('hex'));
    const sentMs = clock.now();
    clock.advance(2_000);
    const [message] = await receive(server, url);
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

  it('are hidden while in flight, come back after the visibility timeout and go when deleted', async () => {
    const url = await createQueue(server, 'jobs', { VisibilityTimeout: '30' });
    await send(server, url, 'a');
    const [first] = await receive(server, url);
    expect(await receive(server, url)).toEqual([]);
    expect(await counts(server, url)).toEqual([0, 1, 0]);
    clock.advance(30_000);
    expect(await counts(server, url)).toEqual([1, 0, 0]);
    const [second] = await receive(server, url);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');

    await server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    expect(await counts(server, url)).toEqual([0, 1, 0]);
    await server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle }));
    expect(await counts(server, url)).toEqual([0, 0, 0]);
    await server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle }));
  });

  it('can be deleted by the latest handle after its visibility timeout', async () => {
    const url = await createQueue(server, 'jobs');
    await send(server, url, 'a');
    const [message] = await receive(server, url, { visibility: 1 });
    clock.advance(2_000);
    await server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    expect(await receive(server, url)).toEqual([]);
  });

  it('reject invalid handles and those of another queue', async () => {
    const url = await createQueue(server, 'jobs');
    const other = await createQueue(server, 'other');
    await send(server, other, 'a');
    const [message] = await receive(server, other);
    for (const ReceiptHandle of ['nonsense', message?.ReceiptHandle]) {
      await expect(server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))).rejects.toMatchObject({
        name: 'ReceiptHandleIsInvalid',
      });
    }
  });

  it('change their visibility only in flight and by the latest handle', async () => {
    const url = await createQueue(server, 'jobs');
    await send(server, url, 'a');
    const [first] = await receive(server, url);
    const change = (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
      server.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
    await change(first?.ReceiptHandle, 100);
    clock.advance(99_000);
    expect(await receive(server, url)).toEqual([]);
    await change(first?.ReceiptHandle, 0);
    await expect(change(first?.ReceiptHandle, 10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    const [second] = await receive(server, url);
    await expect(change(first?.ReceiptHandle, 10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    await change(second?.ReceiptHandle, 10);
  });

  it('are received once per batch even with a visibility timeout of 0', async () => {
    const url = await createQueue(server, 'jobs');
    await send(server, url, 'a');
    await send(server, url, 'b');
    expect(new Set(bodies(await receive(server, url, { max: 10, visibility: 0 })))).toEqual(new Set(['a', 'b']));
    expect(new Set(bodies(await receive(server, url, { max: 10, visibility: 0 })))).toEqual(new Set(['a', 'b']));
  });

  it('wait out their delay and are dropped at the end of their retention', async () => {
    const url = await createQueue(server, 'jobs', { MessageRetentionPeriod: '60' });
    await server.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'late', DelaySeconds: 10 }));
    expect(await counts(server, url)).toEqual([0, 0, 1]);
    expect(await receive(server, url)).toEqual([]);
    clock.advance(10_000);
    expect(bodies(await receive(server, url, { visibility: 0 }))).toEqual(['late']);
    clock.advance(50_000);
    expect(await counts(server, url)).toEqual([0, 0, 0]);
    expect(await receive(server, url)).toEqual([]);
  });

  it('move to the dead-letter queue after maxReceiveCount receives', async () => {
    const dead = await createQueue(server, 'dead');
    const url = await createQueue(server, 'jobs', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 }),
    });
    const { MessageId } = await send(server, url, 'poison');
    expect(await receive(server, url, { visibility: 0 })).toHaveLength(1);
    expect(await receive(server, url, { visibility: 0 })).toHaveLength(1);
    expect(await receive(server, url, { visibility: 0 })).toEqual([]);
    expect(await counts(server, url)).toEqual([0, 0, 0]);
    expect(await receive(server, dead)).toMatchObject([
      { MessageId, Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arn('jobs') } },
    ]);
  });

  it('stay where they are when the dead-letter queue is gone', async () => {
    const dead = await createQueue(server, 'dead');
    const url = await createQueue(server, 'jobs', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 1 }),
    });
    await send(server, url, 'poison');
    await server.sqs.send(new DeleteQueueCommand({ QueueUrl: dead }));
    await receive(server, url, { visibility: 0 });
    expect(bodies(await receive(server, url))).toEqual(['poison']);
  });

  it('go with a purge, in flight or not', async () => {
    const url = await createQueue(server, 'jobs');
    await send(server, url, 'a');
    await receive(server, url);
    await send(server, url, 'b');
    await server.sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await counts(server, url)).toEqual([0, 0, 0]);
    clock.advance(60_000);
    expect(await receive(server, url)).toEqual([]);
  });

  it('are rejected when empty, over the limit or with forbidden characters', async () => {
    const url = await createQueue(server, 'jobs');
    await send(server, url, 'x'.repeat(1_048_576));
    await expect(send(server, url, 'x'.repeat(1_048_577))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send(server, url, '')).rejects.toMatchObject({ name: 'MissingParameter' });
    await expect(send(server, url, 'bell \u0007')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
  });
});
