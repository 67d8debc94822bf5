import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import { ACCOUNT_ID, startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, createQueue } from '../testing/queue-calls';

let server: MessagingServer;

beforeEach(async () => {
  server = await startMessagingServer();
});
afterEach(() => server.stop());

describe('queues', () => {
  it('creates a queue once and rejects other attributes under its name', async () => {
    const url = await createQueue(server, 'jobs', { VisibilityTimeout: '60' });
    expect(url).toBe(`${server.endpoint}/${ACCOUNT_ID}/jobs`);
    expect(await createQueue(server, 'jobs', { VisibilityTimeout: '60' })).toBe(url);
    expect(await createQueue(server, 'jobs')).toBe(url);
    await expect(createQueue(server, 'jobs', { VisibilityTimeout: '61' })).rejects.toMatchObject({
      name: 'QueueNameExists',
    });
  });

  it('gives defaults, identity and changes of attributes', async () => {
    const QueueUrl = await createQueue(server, 'jobs');
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
    for (const name of ['b-1', 'a-2', 'a-1', 'a-3']) await createQueue(server, name);
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

  it('enforces the pauses after a deletion and a purge also after a kill', async () => {
    const QueueUrl = await createQueue(server, 'purged');
    await server.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    await server.sqs.send(new DeleteQueueCommand({ QueueUrl: await createQueue(server, 'deleted') }));
    await server.kill();
    server = await startMessagingServer({ dataDir: server.dataDir });
    await expect(createQueue(server, 'deleted')).rejects.toMatchObject({ name: 'QueueDeletedRecently' });
    await expect(server.sqs.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'PurgeQueueInProgress',
    });
  });

  it.each([
    [{ VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    [{ RedrivePolicy: '{"maxReceiveCount":3}' }, 'InvalidParameterValue'],
    [{ Policy: '{' }, 'InvalidAttributeValue'],
    [{ Colour: 'blue' }, 'InvalidAttributeName'],
    [{ FifoQueue: 'true' }, 'NotImplemented'],
    [
      { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('none'), maxReceiveCount: 3 }) },
      'InvalidParameterValue',
    ],
  ])('rejects the attributes %j', async (attributes: Record<string, string>, name) => {
    await expect(createQueue(server, 'jobs', attributes)).rejects.toMatchObject({ name });
  });

  it('answers NotImplemented to what it does not implement', async () => {
    const QueueUrl = await createQueue(server, 'jobs');
    await expect(createQueue(server, 'jobs.fifo')).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(server.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { a: 'b' } }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('TagQueue') as unknown,
    });
  });
});
