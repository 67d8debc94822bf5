import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSandbox, type Sandbox } from '../../src/sandbox';

const run = promisify(execFile);
const INSTALL_LIMIT_MS = 300_000;

/** The AWS CLI of this machine, else one from PyPI in a folder that later runs find again, else null. */
async function findAwsCli(): Promise<string | null> {
  if (await works('aws')) return 'aws';
  const venv = join(tmpdir(), 'glacier-transfer-awscli');
  const installed = join(venv, 'bin', 'aws');
  if (existsSync(installed) && (await works(installed))) return installed;
  try {
    await run('python3', ['-m', 'venv', venv]);
    await run(join(venv, 'bin', 'python3'), ['-m', 'pip', 'install', '--quiet', 'awscli']);
    return installed;
  } catch (error) {
    process.stderr.write(`AWS CLI conformance of SNS and SQS skipped: no aws, and none from PyPI (${String(error)})\n`);
    return null;
  }
}

const works = (command: string): Promise<boolean> =>
  run(command, ['--version']).then(
    () => true,
    () => false,
  );

let cli: string | null;
let dataDir: string;
let sandbox: Sandbox;

beforeAll(async () => {
  cli = await findAwsCli();
  dataDir = mkdtempSync(join(tmpdir(), 'aws-cli-messaging-'));
  sandbox = await startSandbox({ dataDir, region: 'eu-west-1' });
}, INSTALL_LIMIT_MS);
afterAll(async () => {
  await sandbox.close();
  rmSync(dataDir, { recursive: true });
});

/**
 * Runs one command and reads its JSON. The endpoint is an option, because version 1 of the CLI ignores AWS_ENDPOINT_URL
 * for sqs (its customization overridesslcommonname puts another endpoint in the variable's place).
 */
async function aws(command: string, ...args: string[]): Promise<unknown> {
  const all = [...command.split(' '), ...args, '--output', 'json', '--endpoint-url', sandbox.endpoint];
  const { stdout } = await run(cli ?? '', all, {
    env: {
      PATH: process.env['PATH'],
      HOME: dataDir,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'eu-west-1',
    },
  });
  return stdout === '' ? null : (JSON.parse(stdout) as unknown);
}

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:jobs';
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:jobs';
const COMMANDS_LIMIT_MS = 120_000;

it(
  'carries a message from a topic to a queue by the AWS CLI',
  async () => {
    if (cli === null) return;
    expect(await aws('sns create-topic --name jobs')).toEqual({ TopicArn: TOPIC });
    const { QueueUrl: url } = (await aws('sqs create-queue --queue-name jobs')) as { QueueUrl: string };
    expect(url).toBe(`${sandbox.endpoint}/111122223333/jobs`);
    const policy = {
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
    };
    const attributes = JSON.stringify({ Policy: JSON.stringify(policy), VisibilityTimeout: '60' });
    await aws('sqs set-queue-attributes', '--queue-url', url, '--attributes', attributes);
    const subscription = await aws(
      `sns subscribe --topic-arn ${TOPIC} --protocol sqs --notification-endpoint ${QUEUE}`,
    );
    const { SubscriptionArn: subscriptionArn } = subscription as { SubscriptionArn: string };
    expect(await aws(`sns list-subscriptions-by-topic --topic-arn ${TOPIC}`)).toMatchObject({
      Subscriptions: [{ SubscriptionArn: subscriptionArn, Protocol: 'sqs', Endpoint: QUEUE, TopicArn: TOPIC }],
    });
    expect(await aws('sns list-topics')).toEqual({ Topics: [{ TopicArn: TOPIC }] });
    expect(await aws(`sns get-topic-attributes --topic-arn ${TOPIC}`)).toMatchObject({
      Attributes: { TopicArn: TOPIC, SubscriptionsConfirmed: '1' },
    });

    const message = 'a & <b> "c" \u00e4\nnext line';
    const published = await aws(`sns publish --topic-arn ${TOPIC} --subject news`, '--message', message);
    const received = (await aws(
      'sqs receive-message --wait-time-seconds 5 --attribute-names All',
      '--queue-url',
      url,
    )) as {
      Messages: [{ Body: string; ReceiptHandle: string }];
    };
    expect(JSON.parse(received.Messages[0].Body)).toMatchObject({
      ...(published as object),
      Type: 'Notification',
      Subject: 'news',
      Message: message,
    });
    const [{ ReceiptHandle: handle }] = received.Messages;
    await aws('sqs delete-message', '--queue-url', url, `--receipt-handle=${handle}`);

    await aws(`sns unsubscribe --subscription-arn ${subscriptionArn}`);
    await aws(`sns delete-topic --topic-arn ${TOPIC}`);
    await expect(aws(`sns get-topic-attributes --topic-arn ${TOPIC}`)).rejects.toMatchObject({
      stderr: expect.stringContaining('(NotFound)') as unknown,
    });
    await expect(aws(`sns tag-resource --resource-arn ${TOPIC} --tags Key=a,Value=b`)).rejects.toMatchObject({
      stderr: expect.stringContaining('(NotImplemented)') as unknown,
    });
  },
  COMMANDS_LIMIT_MS,
);

it(
  'works a queue by the AWS CLI',
  async () => {
    if (cli === null) return;
    await aws('sqs create-queue --queue-name work --attributes DelaySeconds=0');
    const { QueueUrl: url } = (await aws('sqs get-queue-url --queue-name work')) as { QueueUrl: string };
    const onQueue = ['--queue-url', url];
    expect(await aws('sqs list-queues --queue-name-prefix work')).toEqual({ QueueUrls: [url] });

    const entries = ['one', 'two', 'three'].map((body) => ({ Id: body, MessageBody: body }));
    expect(await aws('sqs send-message-batch', ...onQueue, '--entries', JSON.stringify(entries))).toMatchObject({
      Successful: [{ Id: 'one' }, { Id: 'two' }, { Id: 'three' }],
    });
    expect(await aws('sqs send-message --message-body four --delay-seconds 900', ...onQueue)).toMatchObject({
      MD5OfMessageBody: '8cbad96aced40b3838dd9f07f6ef5772',
    });
    const { Messages } = (await aws('sqs receive-message --max-number-of-messages 10', ...onQueue)) as {
      Messages: { Body: string; ReceiptHandle: string }[];
    };
    expect(Messages.map(({ Body }) => Body)).toEqual(['one', 'two', 'three']);
    const [first, ...rest] = Messages.map(({ ReceiptHandle }) => ReceiptHandle);
    await aws('sqs change-message-visibility --visibility-timeout 0', ...onQueue, `--receipt-handle=${first}`);
    const deletions = rest.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    expect(await aws('sqs delete-message-batch', ...onQueue, '--entries', JSON.stringify(deletions))).toMatchObject({
      Successful: [{ Id: '0' }, { Id: '1' }],
    });
    expect(await aws('sqs get-queue-attributes --attribute-names All', ...onQueue)).toMatchObject({
      Attributes: {
        QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:work',
        ApproximateNumberOfMessages: '1',
        ApproximateNumberOfMessagesNotVisible: '0',
        ApproximateNumberOfMessagesDelayed: '1',
      },
    });
    await aws('sqs purge-queue', ...onQueue);
    expect(await aws('sqs receive-message', ...onQueue)).toBeNull();
    await aws('sqs delete-queue', ...onQueue);
    await expect(aws('sqs get-queue-url --queue-name work')).rejects.toMatchObject({
      stderr: expect.stringContaining('(AWS.SimpleQueueService.NonExistentQueue)') as unknown,
    });
  },
  COMMANDS_LIMIT_MS,
);
