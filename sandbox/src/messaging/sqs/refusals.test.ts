import { ManualClock } from '../../testing/manual-clock';
import { startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, createQueue } from '../testing/queue-calls';
import { AUTHORIZATION, callSqs, queueUrl } from '../testing/wire';

let clock: ManualClock;
let server: MessagingServer;

/** `jobs` gives its dead letters to `dead`; `plain` stands alone. */
beforeAll(async () => {
  clock = new ManualClock();
  server = await startMessagingServer({ clock });
  await createQueue(server, 'dead');
  await createQueue(server, 'jobs', { RedrivePolicy: redrive(arn('dead'), 3) });
  await createQueue(server, 'plain', { MaximumMessageSize: '1024' });
});
afterAll(() => server.stop());

const redrive = (deadLetterTargetArn: unknown, maxReceiveCount: unknown): string =>
  JSON.stringify({ deadLetterTargetArn, maxReceiveCount });

interface Refusal {
  readonly status: number;
  /** Names of the error: that of the JSON protocol and the older one. */
  readonly names: readonly [string, string];
}
const invalid: Refusal = { status: 400, names: ['InvalidParameterValueException', 'InvalidParameterValue'] };
const missing: Refusal = { status: 400, names: ['MissingRequiredParameterException', 'MissingParameter'] };
const notBuilt: Refusal = { status: 501, names: ['NotImplemented', 'NotImplemented'] };
const noQueue: Refusal = { status: 400, names: ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'] };
const badHandle: Refusal = { status: 404, names: ['ReceiptHandleIsInvalid', 'ReceiptHandleIsInvalid'] };

type Case = readonly [operation: string, input: Readonly<Record<string, unknown>>, refusal: Refusal, message: string];

const onPlain = (input: Readonly<Record<string, unknown>>) => ({ queue: 'plain', ...input });

const SENDING: readonly Case[] = [
  ['SendMessage', onPlain({}), missing, 'MessageBody'],
  ['SendMessage', onPlain({ MessageBody: '' }), missing, 'MessageBody'],
  ['SendMessage', onPlain({ MessageBody: 'x'.repeat(1025) }), invalid, 'Message must be shorter than 1024 bytes.'],
  ['SendMessage', onPlain({ MessageBody: 'x', MessageAttributes: {} }), notBuilt, 'MessageAttributes'],
  ['SendMessage', onPlain({ MessageBody: 'x', DelaySeconds: 901 }), invalid, 'Value 901 for parameter DelaySeconds'],
  ['SendMessage', onPlain({ MessageBody: 'x', MessageGroupId: 'a' }), notBuilt, 'MessageGroupId'],
  ['SendMessage', onPlain({ MessageBody: 'x', MessageDeduplicationId: 'a' }), notBuilt, 'MessageDeduplicationId'],
  ['SendMessage', { queue: 'none', MessageBody: 'x' }, noQueue, 'does not exist'],
  ['ReceiveMessage', onPlain({ MaxNumberOfMessages: 11 }), invalid, 'Value 11 for parameter MaxNumberOfMessages'],
  ['ReceiveMessage', onPlain({ WaitTimeSeconds: 21 }), invalid, 'Value 21 for parameter WaitTimeSeconds'],
  ['ReceiveMessage', onPlain({ ReceiveRequestAttemptId: 'a' }), notBuilt, 'ReceiveRequestAttemptId'],
  ['DeleteMessage', onPlain({ ReceiptHandle: 'garbage' }), badHandle, '"garbage" is not a valid receipt handle'],
  ['ChangeMessageVisibility', onPlain({ ReceiptHandle: 'garbage', VisibilityTimeout: 1 }), badHandle, '"garbage"'],
];

const createWith = (Attributes: object) => ({ QueueName: 'new', Attributes });

const QUEUES: readonly Case[] = [
  ['CreateQueue', { QueueName: 'new.fifo' }, notBuilt, 'FIFO'],
  ['CreateQueue', { QueueName: 'new.fifo', Attributes: { FifoQueue: 'true' } }, notBuilt, 'FIFO'],
  ...['FifoQueue', 'KmsMasterKeyId', 'RedriveAllowPolicy'].map((name): Case => [
    'CreateQueue',
    createWith({ [name]: 'true' }),
    notBuilt,
    name,
  ]),
  ['CreateQueue', { QueueName: 'new', tags: { a: 'b' } }, notBuilt, 'CreateQueue with'],
  ['CreateQueue', { QueueName: 'a b' }, invalid, 'Value a b for parameter QueueName'],
  ['TagQueue', onPlain({}), notBuilt, 'TagQueue'],
  ...[
    [redrive(arn('none'), 3), 'Dead letter target does not exist'],
    [redrive('dummy', 3), 'Dead letter target does not exist'],
    [redrive(arn('dead'), 0), 'maxReceiveCount'],
    [redrive(arn('dead'), 1001), 'maxReceiveCount'],
    [redrive(arn('dead'), 'many'), 'maxReceiveCount'],
    [redrive(undefined, 3), 'deadLetterTargetArn'],
    ['{', 'RedrivePolicy'],
  ].map(([policy, message]): Case => ['CreateQueue', createWith({ RedrivePolicy: policy }), invalid, message ?? '']),
  ['ListDeadLetterSourceQueues', { queue: 'dead' }, notBuilt, 'ListDeadLetterSourceQueues'],
];

it.each([...SENDING, ...QUEUES])(
  'SQS rejects %s %j',
  async (operation, { queue, ...input }, { status, names: [name, olderName] }, message) => {
    const url = typeof queue === 'string' ? { QueueUrl: queueUrl(server, queue) } : {};
    const answer = await callSqs(server, operation, { ...url, ...input });
    expect(answer).toMatchObject({ status, error: name, olderName });
    expect(answer.message).toContain(message);
  },
);

it('answers NotImplemented to the Query protocol', async () => {
  const response = await fetch(server.endpoint, {
    method: 'POST',
    body: new URLSearchParams({ Action: 'ListQueues', Version: '2012-11-05' }),
    headers: { authorization: AUTHORIZATION },
  });
  expect(response.status).toBe(501);
  expect(await response.text()).toContain('The Query protocol of SQS');
});

it('a deleted queue cannot be recreated for 60 seconds, and purges are 60 seconds apart', async () => {
  const QueueUrl = await createQueue(server, 'brief');
  const call = (operation: string, input: object) => callSqs(server, operation, { ...input });
  expect(await call('PurgeQueue', { QueueUrl })).toMatchObject({ status: 200 });
  const purge = await call('PurgeQueue', { QueueUrl });
  expect(purge).toMatchObject({
    status: 403,
    message: 'Only one PurgeQueue operation on brief is allowed every 60 seconds.',
  });
  expect(purge.error).toContain('PurgeQueueInProgress');
  expect(await call('DeleteQueue', { QueueUrl })).toMatchObject({ status: 200 });
  clock.advance(59_999);
  const create = await call('CreateQueue', { QueueName: 'brief' });
  expect(create).toMatchObject({ status: 400 });
  expect(create.error).toContain('QueueDeletedRecently');
  clock.advance(1);
  expect(await call('CreateQueue', { QueueName: 'brief' })).toMatchObject({ status: 200 });
  expect(await call('PurgeQueue', { QueueUrl })).toMatchObject({ status: 200 });
  await call('DeleteQueue', { QueueUrl });
  clock.advance(60_000);
});
