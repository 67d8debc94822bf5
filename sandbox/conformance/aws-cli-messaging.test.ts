import { type CliSandbox, describeWithAwsCli, startCliSandbox } from './support/aws-cli';
import { REGION } from './support/region';

const TOPIC = `arn:aws:sns:${REGION}:111122223333:jobs`;
const QUEUE = `arn:aws:sqs:${REGION}:111122223333:jobs`;

let sandbox: CliSandbox;

const aws = (command: string, ...args: string[]): Promise<Record<string, unknown>> => sandbox.json(command, ...args);

/** Lets the topic send to the queue, and keeps a message from others for a minute. */
const ATTRIBUTES = JSON.stringify({
  Policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: QUEUE,
        Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } },
      },
    ],
  }),
  VisibilityTimeout: '60',
});

describeWithAwsCli('SNS and SQS by the AWS CLI', () => {
  beforeAll(async () => {
    sandbox = await startCliSandbox();
  });
  afterAll(() => sandbox.close());

  test('carries a message from a topic to a queue', async () => {
    const [topic, queue] = await Promise.all([
      aws('sns create-topic --name jobs'),
      aws('sqs create-queue --queue-name jobs'),
    ]);
    expect(topic).toEqual({ TopicArn: TOPIC });
    expect(queue).toEqual({ QueueUrl: `${sandbox.endpoint}/111122223333/jobs` });
    const onQueue = ['--queue-url', String(queue['QueueUrl'])];
    const [subscription] = await Promise.all([
      aws(`sns subscribe --topic-arn ${TOPIC} --protocol sqs --notification-endpoint ${QUEUE}`),
      aws('sqs set-queue-attributes', ...onQueue, '--attributes', ATTRIBUTES),
    ]);
    const SubscriptionArn = String(subscription['SubscriptionArn']);
    const [subscriptions, topics, described] = await Promise.all([
      aws(`sns list-subscriptions-by-topic --topic-arn ${TOPIC}`),
      aws('sns list-topics'),
      aws(`sns get-topic-attributes --topic-arn ${TOPIC}`),
    ]);
    expect(subscriptions).toMatchObject({
      Subscriptions: [{ SubscriptionArn, Protocol: 'sqs', Endpoint: QUEUE, TopicArn: TOPIC }],
    });
    expect(topics).toEqual({ Topics: [{ TopicArn: TOPIC }] });
    expect(described).toMatchObject({ Attributes: { TopicArn: TOPIC, SubscriptionsConfirmed: '1' } });

    const Message = 'a & <b> "c" \u00e4\nnext line';
    const published = await aws(`sns publish --topic-arn ${TOPIC} --subject news`, '--message', Message);
    const received = await aws('sqs receive-message --wait-time-seconds 5 --attribute-names All', ...onQueue);
    const [{ Body, ReceiptHandle }] = received['Messages'] as [{ Body: string; ReceiptHandle: string }];
    expect(JSON.parse(Body)).toMatchObject({ ...published, Type: 'Notification', Subject: 'news', Message });

    await Promise.all([
      aws('sqs delete-message', ...onQueue, `--receipt-handle=${ReceiptHandle}`),
      aws(`sns unsubscribe --subscription-arn ${SubscriptionArn}`),
    ]);
    await aws(`sns delete-topic --topic-arn ${TOPIC}`);
    await Promise.all([
      expect(aws(`sns get-topic-attributes --topic-arn ${TOPIC}`)).rejects.toThrow('(NotFound)'),
      expect(aws(`sns tag-resource --resource-arn ${TOPIC} --tags Key=a,Value=b`)).rejects.toThrow('(NotImplemented)'),
    ]);
  });

  test('works a queue', async () => {
    const { QueueUrl } = await aws('sqs create-queue --queue-name work --attributes DelaySeconds=0');
    const onQueue = ['--queue-url', String(QueueUrl)];
    const entries = JSON.stringify(['one', 'two', 'three'].map((body) => ({ Id: body, MessageBody: body })));
    const [found, listed, batch, single] = await Promise.all([
      aws('sqs get-queue-url --queue-name work'),
      aws('sqs list-queues --queue-name-prefix work'),
      aws('sqs send-message-batch', ...onQueue, '--entries', entries),
      aws('sqs send-message --message-body four --delay-seconds 900', ...onQueue),
    ]);
    expect(found).toEqual({ QueueUrl });
    expect(listed).toEqual({ QueueUrls: [QueueUrl] });
    expect(batch).toMatchObject({ Successful: [{ Id: 'one' }, { Id: 'two' }, { Id: 'three' }] });
    expect(single).toMatchObject({ MD5OfMessageBody: '8cbad96aced40b3838dd9f07f6ef5772' });

    const received = await aws('sqs receive-message --max-number-of-messages 10', ...onQueue);
    const messages = received['Messages'] as { Body: string; ReceiptHandle: string }[];
    expect(messages.map(({ Body }) => Body)).toEqual(['one', 'two', 'three']);
    const [first, ...rest] = messages.map(({ ReceiptHandle }) => ReceiptHandle);
    const deletions = JSON.stringify(rest.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })));
    const [deleted] = await Promise.all([
      aws('sqs delete-message-batch', ...onQueue, '--entries', deletions),
      aws('sqs change-message-visibility --visibility-timeout 0', ...onQueue, `--receipt-handle=${first}`),
    ]);
    expect(deleted).toMatchObject({ Successful: [{ Id: '0' }, { Id: '1' }] });
    expect(await aws('sqs get-queue-attributes --attribute-names All', ...onQueue)).toMatchObject({
      Attributes: {
        QueueArn: `arn:aws:sqs:${REGION}:111122223333:work`,
        ApproximateNumberOfMessages: '1',
        ApproximateNumberOfMessagesNotVisible: '0',
        ApproximateNumberOfMessagesDelayed: '1',
      },
    });

    await aws('sqs purge-queue', ...onQueue);
    expect(await aws('sqs receive-message', ...onQueue)).toEqual({});
    await aws('sqs delete-queue', ...onQueue);
    await expect(aws('sqs get-queue-url --queue-name work')).rejects.toThrow(
      '(AWS.SimpleQueueService.NonExistentQueue)',
    );
  });
});
