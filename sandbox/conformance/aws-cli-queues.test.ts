import { type CliSandbox, describeWithAwsCli, startCliSandbox } from './support/aws-cli';
import { REGION } from './support/region';

interface Message {
  readonly Body: string;
  readonly ReceiptHandle: string;
}

let sandbox: CliSandbox;

const aws = (command: string, ...args: string[]): Promise<Record<string, unknown>> => sandbox.json(command, ...args);

const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:111122223333:${name}`;

/** Returns the queue's URL as an option. */
async function queue(name: string, attributes: Record<string, string> = {}): Promise<[string, string]> {
  const { QueueUrl } = await aws(`sqs create-queue --queue-name ${name}`, '--attributes', JSON.stringify(attributes));
  return ['--queue-url', String(QueueUrl)];
}

async function receive(onQueue: [string, string], options = ''): Promise<readonly Message[]> {
  const command = `sqs receive-message --max-number-of-messages 10 --wait-time-seconds 5${options}`;
  const { Messages = [] } = await aws(command, ...onQueue);
  return Messages as Message[];
}

const bodies = (messages: readonly Message[]): string[] => messages.map(({ Body }) => Body).sort();

describeWithAwsCli('Queues by the AWS CLI', () => {
  beforeAll(async () => {
    sandbox = await startCliSandbox();
  });
  afterAll(() => sandbox.close());

  test('hands a message on as it is, where delivery is raw', async () => {
    const TopicArn = `arn:aws:sns:${REGION}:111122223333:raw`;
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queueArn('raw'),
          Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
        },
      ],
    });
    const [onQueue] = await Promise.all([queue('raw', { Policy }), aws('sns create-topic --name raw')]);
    const { SubscriptionArn } = await aws(
      `sns subscribe --protocol sqs --notification-endpoint ${queueArn('raw')} --topic-arn ${TopicArn} --return-subscription-arn --attributes RawMessageDelivery=true`,
    );
    const described = await aws(`sns get-subscription-attributes --subscription-arn ${String(SubscriptionArn)}`);
    expect(described).toMatchObject({ Attributes: { RawMessageDelivery: 'true', Protocol: 'sqs' } });
    await aws(`sns publish --topic-arn ${TopicArn}`, '--message', '{"a": 1}');
    expect(bodies(await receive(onQueue))).toEqual(['{"a": 1}']);
  });

  test('sends, receives and removes in batches, and says what of one failed', async () => {
    const onQueue = await queue('batches');
    const entries = ['1', '2'].map((body) => ({ Id: `n${body}`, MessageBody: body }));
    const sent = await aws('sqs send-message-batch', ...onQueue, '--entries', JSON.stringify(entries));
    expect(sent).toMatchObject({ Successful: [{ Id: 'n1' }, { Id: 'n2' }] });
    const messages = await receive(onQueue);
    expect(bodies(messages)).toEqual(['1', '2']);
    const handles = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const held = JSON.stringify(handles.map((entry) => ({ ...entry, VisibilityTimeout: 60 })));
    await aws('sqs change-message-visibility-batch', ...onQueue, '--entries', held);
    const forged = JSON.stringify([...handles, { Id: 'forged', ReceiptHandle: 'none' }]);
    expect(await aws('sqs delete-message-batch', ...onQueue, '--entries', forged)).toMatchObject({
      Successful: [{ Id: '0' }, { Id: '1' }],
      Failed: [{ Id: 'forged', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }],
    });
  });

  // SQS API reference, "SendMessageBatch": the result of each message individually.
  test('rejects one message of a batch without the others', async () => {
    const onQueue = await queue('partly');
    const entries = [
      { Id: 'good', MessageBody: '1' },
      { Id: 'late', MessageBody: '2', DelaySeconds: 901 },
    ];
    const sent = await aws('sqs send-message-batch', ...onQueue, '--entries', JSON.stringify(entries));
    expect(sent).toMatchObject({
      Successful: [{ Id: 'good' }],
      Failed: [{ Id: 'late', SenderFault: true, Code: 'InvalidParameterValue' }],
    });
  });

  test('moves what nobody could work on to the dead-letter queue', async () => {
    const onDead = await queue('dead');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 1 });
    const onQueue = await queue('work', { RedrivePolicy, VisibilityTimeout: '0' });
    await aws('sqs send-message --message-body poison', ...onQueue);
    expect(bodies(await receive(onQueue))).toEqual(['poison']);
    // Seen once, which is what the policy allows: the next receive moves it.
    expect(await aws('sqs receive-message', ...onQueue)).toEqual({});
    expect(bodies(await receive(onDead, ' --visibility-timeout 0'))).toEqual(['poison']);
  });
});
