import { ManualClock } from '../../testing/manual-clock';
import { startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, createQueue } from '../testing/queue-calls';
import { callSqs, PROTOCOLS, queueUrl } from '../testing/wire';

let clock: ManualClock;
let server: MessagingServer;

/** `jobs` gives its dead letters to `dead`; `plain` stands alone. */
beforeAll(async () => {
  clock = new ManualClock();
  server = await startMessagingServer({ clock });
  await createQueue(server, 'dead');
  await createQueue(server, 'jobs', { RedrivePolicy: redrive(arn('dead'), 3) });
  await createQueue(server, 'plain', { MaximumMessageSize: '1024' });
  await createQueue(server, 'closed', { RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) });
});
afterAll(() => server.stop());

const redrive = (deadLetterTargetArn: unknown, maxReceiveCount: unknown): string =>
  JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

interface Refusal {
  readonly status: number;
  /** Names of the error: JSON, Query. */
  readonly names: readonly [string, string];
}
const invalid: Refusal = { status: 400, names: ['InvalidParameterValueException', 'InvalidParameterValue'] };
const missing: Refusal = { status: 400, names: ['MissingRequiredParameterException', 'MissingParameter'] };
const notBuilt: Refusal = { status: 501, names: ['NotImplemented', 'NotImplemented'] };
const noResource: Refusal = { status: 404, names: ['ResourceNotFoundException', 'ResourceNotFoundException'] };
const noQueue: Refusal = { status: 400, names: ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'] };
const badHandle: Refusal = { status: 404, names: ['ReceiptHandleIsInvalid', 'ReceiptHandleIsInvalid'] };

type Case = readonly [operation: string, input: Readonly<Record<string, unknown>>, refusal: Refusal, message: string];

const onPlain = (input: Readonly<Record<string, unknown>>) => ({ queue: 'plain', ...input });

const SENDING: readonly Case[] = [
  ['SendMessage', onPlain({}), missing, 'MessageBody'],
  ['SendMessage', onPlain({ MessageBody: '' }), missing, 'MessageBody'],
  ['SendMessage', onPlain({ MessageBody: 'x'.repeat(1025) }), invalid, 'Message must be shorter than 1024 bytes.'],
  [
    'SendMessage',
    onPlain({ MessageBody: 'x'.repeat(1014), MessageAttributes: { a: text('1234', 'Number') } }),
    invalid,
    'Message must be shorter than 1024 bytes.',
  ],
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

const ATTRIBUTES: readonly Case[] = [
  ['reserved prefix', { 'AWS.a': text('x') }, 'reserved prefix'],
  ['first dot', { '.a': text('x') }, "'.'"],
  ['two dots', { 'a..b': text('x') }, "'.'"],
  ['strange name', { 'a!': text('x') }, 'non-alphanumeric'],
  ['long name', { ['a'.repeat(257)]: text('x') }, '256'],
  ['strange type', { a: text('x', 'Text') }, 'type prefixes'],
  ['empty value', { a: text('') }, 'non-empty'],
  ['other field', { a: { DataType: 'Binary', StringValue: 'x' } }, "must use field 'Binary'"],
  ['number', { a: text('one', 'Number') }, 'to number'],
  ['character', { a: text('\u000b') }, 'allowed set'],
  ['eleven', Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text('x')])), '[11]'],
].map(([, MessageAttributes, message]) => [
  'SendMessage',
  onPlain({ MessageBody: 'x', MessageAttributes }),
  invalid,
  message as string,
]);

const createWith = (Attributes: object) => ({ QueueName: 'new', Attributes });

const QUEUES: readonly Case[] = [
  ['CreateQueue', { QueueName: 'new.fifo' }, notBuilt, 'FIFO'],
  ['CreateQueue', { QueueName: 'new.fifo', Attributes: { FifoQueue: 'true' } }, notBuilt, 'FIFO'],
  ...['FifoQueue', 'ContentBasedDeduplication', 'KmsMasterKeyId'].map((name): Case => [
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
    [redrive(arn('closed'), 3), 'RedriveAllowPolicy'],
  ].map(([policy, message]): Case => ['CreateQueue', createWith({ RedrivePolicy: policy }), invalid, message ?? '']),
  ...[
    { redrivePermission: 'some' },
    { redrivePermission: 'byQueue' },
    { redrivePermission: 'byQueue', sourceQueueArns: Array.from({ length: 11 }, (_, index) => arn(`q${index}`)) },
    { redrivePermission: 'allowAll', sourceQueueArns: [arn('jobs')] },
  ].map((policy): Case => [
    'CreateQueue',
    createWith({ RedriveAllowPolicy: JSON.stringify(policy) }),
    invalid,
    'for parameter RedriveAllowPolicy is invalid',
  ]),
  ['ListDeadLetterSourceQueues', { queue: 'none' }, noQueue, 'does not exist'],
];

const MOVE_TASKS: readonly Case[] = [
  ['StartMessageMoveTask', {}, missing, 'SourceArn'],
  ['StartMessageMoveTask', { SourceArn: arn('none') }, noResource, 'SourceArn'],
  [
    'StartMessageMoveTask',
    { SourceArn: arn('plain') },
    invalid,
    'Source queue must be configured as a Dead Letter Queue.',
  ],
  ['StartMessageMoveTask', { SourceArn: arn('dead'), DestinationArn: arn('none') }, noResource, 'DestinationArn'],
  ['StartMessageMoveTask', { SourceArn: arn('dead'), DestinationArn: arn('dead') }, invalid, 'different'],
  ['StartMessageMoveTask', { SourceArn: arn('dead'), MaxNumberOfMessagesPerSecond: 0 }, invalid, 'Value 0'],
  ['StartMessageMoveTask', { SourceArn: arn('dead'), MaxNumberOfMessagesPerSecond: 501 }, invalid, 'Value 501'],
  ['ListMessageMoveTasks', { SourceArn: arn('none') }, noResource, 'SourceArn'],
  ['ListMessageMoveTasks', { SourceArn: arn('dead'), MaxResults: 11 }, invalid, 'Value 11 for parameter MaxResults'],
  ['CancelMessageMoveTask', { TaskHandle: 'foobared' }, invalid, 'Value for parameter TaskHandle is invalid.'],
  ['CancelMessageMoveTask', { TaskHandle: handleOf('none') }, noResource, 'SourceArn'],
  ['CancelMessageMoveTask', { TaskHandle: handleOf('dead') }, noResource, 'Task does not exist.'],
];

function handleOf(name: string): string {
  return Buffer.from(JSON.stringify({ taskId: 'a', sourceArn: arn(name) })).toString('base64');
}

const PERMISSIONS: readonly Case[] = [
  ['AddPermission', onPlain({ Label: 'a', AWSAccountIds: ['1'], Actions: ['*'] }), invalid, 'Unable to verify'],
  [
    'AddPermission',
    onPlain({ Label: 'a', AWSAccountIds: ['111122223333'], Actions: ['DeleteQueue'] }),
    invalid,
    'Only the queue owner',
  ],
  ['AddPermission', onPlain({ Label: 'a', Actions: ['*'] }), missing, 'AWSAccountIds'],
  ['RemovePermission', onPlain({ Label: 'a' }), invalid, "can't find label"],
];

describe.each(PROTOCOLS)('by the %s protocol', (protocol) => {
  it.each([...SENDING, ...ATTRIBUTES, ...QUEUES, ...MOVE_TASKS, ...PERMISSIONS])(
    'refuses %s %j',
    async (operation, { queue, ...input }, { status, names }, message) => {
      const url = typeof queue === 'string' ? { QueueUrl: queueUrl(server, queue) } : {};
      const answer = await callSqs(server, protocol, operation, { ...url, ...input });
      expect(answer).toMatchObject({ status, error: names[protocol === 'json' ? 0 : 1] });
      expect(answer.message).toContain(message);
    },
  );

  it('keeps a deleted queue from being made again for 60 seconds, and purges 60 seconds apart', async () => {
    const QueueUrl = await createQueue(server, 'brief');
    const call = (operation: string, input: object) => callSqs(server, protocol, operation, { ...input });
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
});
