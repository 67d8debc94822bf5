import {
  CreateVaultCommand,
  DeleteVaultNotificationsCommand,
  DescribeJobCommand,
  GetVaultNotificationsCommand,
  type GlacierClient,
  InitiateJobCommand,
  type JobParameters,
  SetVaultNotificationsCommand,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type GlacierSandbox, startGlacierSandbox, vault } from './testing/glacier-sandbox';

const TREE_HASH = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
const arnOf = (name: string): string => `arn:aws:sns:us-east-1:111122223333:${name}`;
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:111122223333:news';

let sandbox: GlacierSandbox;
let glacier: GlacierClient;
let sns: SNSClient;
let sqs: SQSClient;
let archiveId: string;
let QueueUrl: string | undefined;

/** A vault with one archive, and the topics `jobs` and `vaults` with one queue behind both. */
async function start(): Promise<void> {
  sandbox = await startGlacierSandbox({ delaysMs: { standard: 0, inventory: 0 } });
  ({ glacier } = sandbox);
  [sns, sqs] = [new SNSClient(sandbox.settings), new SQSClient(sandbox.settings)];

  const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: QUEUE_ARN };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'news', Attributes: { Policy } }))).QueueUrl;
  for (const Name of ['jobs', 'vaults']) {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: QUEUE_ARN }));
  }
  await glacier.send(new CreateVaultCommand(vault));
  const upload = { ...vault, body: Buffer.from('hello world') };
  archiveId = (await glacier.send(new UploadArchiveCommand(upload))).archiveId ?? '';
}

afterEach(async () => {
  for (const client of [sns, sqs]) client.destroy();
  await sandbox.close();
});

const setTopic = (SNSTopic: string, Events: string[]) =>
  glacier.send(new SetVaultNotificationsCommand({ ...vault, vaultNotificationConfig: { SNSTopic, Events } }));

async function finishedJob(jobParameters: JobParameters): Promise<string> {
  const { jobId = '' } = await glacier.send(new InitiateJobCommand({ ...vault, jobParameters }));
  while (!(await glacier.send(new DescribeJobCommand({ ...vault, jobId }))).Completed);
  return jobId;
}

interface News {
  readonly topicArn: string;
  readonly message: string;
}

/** All that is in the queue: a job is announced before it shows as completed. */
async function receivedNews(): Promise<News[]> {
  const news: News[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return news;
    for (const { Body, ReceiptHandle } of Messages) {
      const notification = JSON.parse(Body ?? '') as { TopicArn: string; Message: string };
      news.push({ topicArn: notification.TopicArn, message: notification.Message });
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

test('a notification is the whole job in alphabetical order, and goes to both topics', async () => {
  await start();
  await setTopic(arnOf('vaults'), ['ArchiveRetrievalCompleted']);
  const jobId = await finishedJob({
    Type: 'archive-retrieval',
    ArchiveId: archiveId,
    Description: 'run 7',
    SNSTopic: arnOf('jobs'),
  });
  const news = await receivedNews();
  expect(news.map(({ topicArn }) => topicArn).sort()).toEqual([arnOf('jobs'), arnOf('vaults')]);
  const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  for (const { message } of news) {
    const job = JSON.parse(message) as Record<string, unknown>;
    expect(Object.keys(job)).toEqual(Object.keys(job).sort());
    expect(job).toEqual({
      Action: 'ArchiveRetrieval',
      ArchiveId: archiveId,
      ArchiveSHA256TreeHash: TREE_HASH,
      ArchiveSizeInBytes: 11,
      Completed: true,
      CompletionDate: date,
      CreationDate: date,
      InventoryRetrievalParameters: null,
      InventorySizeInBytes: null,
      JobDescription: 'run 7',
      JobId: jobId,
      RetrievalByteRange: '0-10',
      SHA256TreeHash: TREE_HASH,
      SNSTopic: arnOf('jobs'),
      StatusCode: 'Succeeded',
      StatusMessage: 'Succeeded',
      Tier: 'Standard',
      VaultARN: 'arn:aws:glacier:us-east-1:111122223333:vaults/photos',
    });
  }
});

test('the notification of an inventory job has its size and no archive', async () => {
  await start();
  await finishedJob({ Type: 'inventory-retrieval', SNSTopic: arnOf('jobs') });
  const [news] = await receivedNews();
  expect(JSON.parse(news?.message ?? '')).toMatchObject({
    Action: 'InventoryRetrieval',
    ArchiveId: null,
    RetrievalByteRange: null,
    InventorySizeInBytes: expect.any(Number),
    InventoryRetrievalParameters: { EndDate: null, Format: 'JSON', Limit: null, Marker: null, StartDate: null },
  });
});

test('the topic of a vault is notified of the configured events until the configuration is deleted', async () => {
  await start();
  const unset = { name: 'ResourceNotFoundException' };
  await expect(glacier.send(new GetVaultNotificationsCommand(vault))).rejects.toMatchObject(unset);
  await setTopic(arnOf('vaults'), ['InventoryRetrievalCompleted']);
  expect(await glacier.send(new GetVaultNotificationsCommand(vault))).toMatchObject({
    vaultNotificationConfig: { SNSTopic: arnOf('vaults'), Events: ['InventoryRetrievalCompleted'] },
  });

  await finishedJob({ Type: 'archive-retrieval', ArchiveId: archiveId });
  const inventoryJob = await finishedJob({ Type: 'inventory-retrieval' });
  const news = await receivedNews();
  expect(news.map(({ message }) => JSON.parse(message).JobId)).toEqual([inventoryJob]);

  await glacier.send(new DeleteVaultNotificationsCommand(vault));
  await expect(glacier.send(new GetVaultNotificationsCommand(vault))).rejects.toMatchObject(unset);
  await finishedJob({ Type: 'inventory-retrieval' });
  expect(await receivedNews()).toEqual([]);
});

test('SetVaultNotifications rejects a missing topic and an unknown event', async () => {
  await start();
  const refused = { name: 'InvalidParameterValueException' };
  await expect(setTopic(arnOf('none'), ['ArchiveRetrievalCompleted'])).rejects.toMatchObject(refused);
  await expect(setTopic(arnOf('vaults'), ['Everything'])).rejects.toMatchObject(refused);
  await expect(setTopic(arnOf('vaults'), [])).rejects.toMatchObject({ name: 'MissingParameterValueException' });
});
