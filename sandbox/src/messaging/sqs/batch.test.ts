import { DeleteMessageBatchCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { counts, createQueue, receive, send } from '../testing/queue-calls';
import { callSqs } from '../testing/wire';

let server: MessagingServer;

beforeEach(async () => {
  server = await startMessagingServer();
});
afterEach(() => server.stop());

const entries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Id: `m${index}`, MessageBody: `body ${index}` }));

describe('batches', () => {
  it('process each entry independently', async () => {
    const QueueUrl = await createQueue(server, 'jobs');
    const sent = await server.sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [...entries(9), { Id: 'bad', MessageBody: '\u0000' }] }),
    );
    expect(sent.Successful).toHaveLength(9);
    expect(sent.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents' }]);

    const received = await receive(server, QueueUrl, { max: 10 });
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
    ['SendMessageBatch', { MessageBody: 'x', DelaySeconds: 0 }, { MessageBody: 'x', DelaySeconds: 901 }],
    [
      'ChangeMessageVisibilityBatch',
      { ReceiptHandle: '', VisibilityTimeout: 1 },
      { ReceiptHandle: '', VisibilityTimeout: 43_201 },
    ],
  ])('%s rejects a value of one entry in that entry (%#)', async (operation, good, bad) => {
    const QueueUrl = await createQueue(server, 'jobs');
    await send(server, QueueUrl, 'waiting');
    const [{ ReceiptHandle } = {}] = await receive(server, QueueUrl);
    const receipt = operation === 'ChangeMessageVisibilityBatch' ? { ReceiptHandle } : {};
    const Entries = [
      { Id: 'bad', ...bad, ...receipt },
      { Id: 'good', ...good, ...receipt },
    ];
    expect(await callSqs(server, operation, { QueueUrl, Entries })).toMatchObject({
      status: 200,
      reply: {
        Successful: [{ Id: 'good' }],
        Failed: [{ Id: 'bad', SenderFault: true, Code: 'InvalidParameterValue' }],
      },
    });
  });

  it.each([
    [{ MessageBody: 'x' }, 'MissingRequiredParameterException', 'Entries.1.Id'],
    [{ Id: 'bad' }, 'MissingRequiredParameterException', 'Entries.1.MessageBody'],
    [{ Id: 'bad', MessageBody: 'x', MessageGroupId: 'a' }, 'NotImplemented', 'MessageGroupId'],
  ])('are rejected as a whole for the entry %j, and nothing is sent', async (bad, error, message) => {
    const QueueUrl = await createQueue(server, 'jobs');
    const Entries = [...entries(1), bad];
    const answer = await callSqs(server, 'SendMessageBatch', { QueueUrl, Entries });
    expect(answer).toMatchObject({ error, message: expect.stringContaining(message) });
    expect(await counts(server, QueueUrl)).toEqual([0, 0, 0]);
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
  ])('are rejected as a whole (%#)', async (Entries, name) => {
    const QueueUrl = await createQueue(server, 'jobs');
    await expect(server.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });
  });

  it('transport 100 messages, each exactly once', async () => {
    const QueueUrl = await createQueue(server, 'jobs');
    for (let batch = 0; batch < 10; batch++) {
      const Entries = Array.from({ length: 10 }, (_, index) => ({
        Id: String(index),
        MessageBody: String(batch * 10 + index),
      }));
      await server.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }
    const seen = new Set<string>();
    for (;;) {
      const messages = await receive(server, QueueUrl, { max: 10 });
      if (messages.length === 0) break;
      for (const { Body } of messages) seen.add(Body ?? '');
      await server.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
    }
    expect(seen.size).toBe(100);
    expect(await counts(server, QueueUrl)).toEqual([0, 0, 0]);
  });
});
