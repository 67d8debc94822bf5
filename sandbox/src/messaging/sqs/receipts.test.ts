import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { ManualClock } from '../../testing/manual-clock';
import { startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, counts, createQueue, receive, send } from '../testing/queue-calls';

let clock: ManualClock;
let server: MessagingServer;
let QueueUrl: string;
/** Of a message that was received from the queue `jobs` for 30 seconds. */
let first: Message['ReceiptHandle'];

beforeEach(async () => {
  clock = new ManualClock();
  server = await startMessagingServer({ clock });
  await createQueue(server, 'dead');
  const redrive = JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 });
  QueueUrl = await createQueue(server, 'jobs', { RedrivePolicy: redrive });
  await send(server, QueueUrl, 'a');
  first = (await receive(server, QueueUrl))[0]?.ReceiptHandle;
});
afterEach(() => server.stop());

const remove = (ReceiptHandle: string | undefined) =>
  server.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
const hide = (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
  server.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
const GONE = 'InvalidParameterValue';
const NOT_IN_FLIGHT = 'MessageNotInflight';

/** What may have happened to the message since, and whether its first handle still deletes or hides it. */
it.each<[string, () => Promise<unknown>, { deletes: boolean; hiding: string }]>([
  ['nothing', async () => null, { deletes: true, hiding: 'succeeds' }],
  ['its time-out', async () => clock.advance(30_000), { deletes: true, hiding: NOT_IN_FLIGHT }],
  ['its release', () => hide(first, 0), { deletes: true, hiding: NOT_IN_FLIGHT }],
  [
    'another reception',
    async () => {
      clock.advance(30_000);
      expect(await receive(server, QueueUrl)).toHaveLength(1);
    },
    { deletes: false, hiding: NOT_IN_FLIGHT },
  ],
  ['its deletion', () => remove(first), { deletes: false, hiding: GONE }],
  [
    'its move to the dead letters',
    async () => {
      clock.advance(30_000);
      await receive(server, QueueUrl, { visibility: 0 });
      await receive(server, QueueUrl);
      expect(await counts(server, `${server.endpoint}/123456789012/dead`)).toEqual([1, 0, 0]);
    },
    { deletes: false, hiding: GONE },
  ],
  [
    'the end of its queue, and another under its name',
    async () => {
      await server.sqs.send(new DeleteQueueCommand({ QueueUrl }));
      await expect(remove(first)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
      clock.advance(60_000);
      await createQueue(server, 'jobs');
      await send(server, QueueUrl, 'b');
    },
    { deletes: false, hiding: GONE },
  ],
])('a receipt handle after %s', async (_, happen, { deletes, hiding }) => {
  await happen();
  const total = async () => {
    const all = [QueueUrl, QueueUrl.replace('jobs', 'dead')].map((url) => counts(server, url));
    return (await Promise.all(all)).flat().reduce((sum, count) => sum + count, 0);
  };
  const before = await total();
  const outcome = await hide(first, 30).then(
    () => 'succeeds',
    ({ name }: Error) => name,
  );
  expect(outcome).toBe(hiding);
  await remove(first);
  expect(await total()).toBe(before - (deletes ? 1 : 0));
});

it('a batch reports each invalid receipt handle', async () => {
  const other = await createQueue(server, 'other');
  await send(server, other, 'b');
  const [elsewhere] = await receive(server, other);
  const handles = { good: first, none: 'garbage', elsewhere: elsewhere?.ReceiptHandle };
  const Entries = Object.entries(handles).map(([Id, ReceiptHandle]) => ({ Id, ReceiptHandle }));
  const { Successful, Failed } = await server.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  expect(Successful).toEqual([{ Id: 'good' }]);
  expect(Failed).toMatchObject([
    { Id: 'none', Code: 'ReceiptHandleIsInvalid', SenderFault: true },
    { Id: 'elsewhere', Code: 'ReceiptHandleIsInvalid', SenderFault: true },
  ]);
});

it('a message can be hidden for at most 12 hours after it was received', async () => {
  clock.advance(10_000);
  await hide(first, 43_190);
  await expect(hide(first, 43_191)).rejects.toMatchObject({
    message: expect.stringContaining('beyond the limit [43200 seconds]') as unknown,
  });
});
