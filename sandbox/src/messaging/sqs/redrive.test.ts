import { ListDeadLetterSourceQueuesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { ManualClock } from '../../testing/manual-clock';
import { startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, bodies, createQueue, receive, send } from '../testing/queue-calls';
import { callSqs, PROTOCOLS, queueUrl } from '../testing/wire';

let clock: ManualClock;
let server: MessagingServer;

beforeEach(async () => {
  clock = new ManualClock();
  server = await startMessagingServer({ clock });
});
afterEach(() => server.stop());

const givesUpTo = (name: string, maxReceiveCount = 1) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(name), maxReceiveCount }),
});
const admits = (policy: object) => ({ RedriveAllowPolicy: JSON.stringify(policy) });

it('goes from dead-letter queue to dead-letter queue, counting anew in each but reporting all receptions', async () => {
  const third = await createQueue(server, 'third');
  const second = await createQueue(server, 'second', givesUpTo('third'));
  const first = await createQueue(server, 'first', givesUpTo('second'));
  const { MessageId } = await send(server, first, 'poison');
  const sentMs = clock.now();

  const seen = [];
  for (const url of [first, first, second, second, third]) {
    clock.advance(1000);
    seen.push(...(await receive(server, url, { visibility: 0 })));
  }
  expect(seen.map(({ Attributes }) => Attributes)).toMatchObject([
    { ApproximateReceiveCount: '1' },
    { ApproximateReceiveCount: '2', DeadLetterQueueSourceArn: arn('first') },
    { ApproximateReceiveCount: '3', DeadLetterQueueSourceArn: arn('second') },
  ]);
  for (const message of seen) {
    expect(message).toMatchObject({ MessageId, Attributes: { SentTimestamp: String(sentMs) } });
  }
});

it('keeps the age of a given-up message for the retention of the dead-letter queue', async () => {
  const dead = await createQueue(server, 'dead', { MessageRetentionPeriod: '100' });
  const url = await createQueue(server, 'jobs', givesUpTo('dead'));
  await send(server, url, 'poison');
  await receive(server, url, { visibility: 0 });
  clock.advance(60_000);
  await receive(server, url);
  expect(bodies(await receive(server, dead, { visibility: 0 }))).toEqual(['poison']);
  clock.advance(40_000);
  expect(await receive(server, dead)).toEqual([]);
});

it.each([
  ['anyone', admits({ redrivePermission: 'allowAll' }), true],
  ['anyone without a policy', {}, true],
  ['nobody', admits({ redrivePermission: 'denyAll' }), false],
  ['this queue', admits({ redrivePermission: 'byQueue', sourceQueueArns: [arn('other'), arn('jobs')] }), true],
  ['another queue', admits({ redrivePermission: 'byQueue', sourceQueueArns: [arn('other')] }), false],
])('lets %s use a dead-letter queue', async (_, policy: Record<string, string>, allowed) => {
  await createQueue(server, 'dead', policy);
  const QueueUrl = await createQueue(server, 'jobs');
  const setting = server.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: givesUpTo('dead') }));
  const refusal = await setting.then(
    () => null,
    (error: Error) => error.message,
  );
  expect(refusal === null).toBe(allowed);
  expect(refusal ?? 'RedriveAllowPolicy').toContain('RedriveAllowPolicy');
});

it('takes a policy away when it is set to nothing', async () => {
  const dead = await createQueue(server, 'dead', admits({ redrivePermission: 'denyAll' }));
  await server.sqs.send(new SetQueueAttributesCommand({ QueueUrl: dead, Attributes: { RedriveAllowPolicy: '' } }));
  const url = await createQueue(server, 'jobs', givesUpTo('dead'));
  await server.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy: '' } }));
  const { queueUrls } = await server.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }));
  expect(queueUrls).toEqual([]);
});

it('lists the sources of a dead-letter queue, in pages', async () => {
  const QueueUrl = await createQueue(server, 'dead');
  for (const name of ['c', 'a', 'b']) await createQueue(server, name, givesUpTo('dead'));
  await createQueue(server, 'unconcerned');
  const list = (input: object) => server.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl, ...input }));
  const first = await list({ MaxResults: 2 });
  const second = await list({ MaxResults: 2, NextToken: first.NextToken });
  expect([first.queueUrls, second.queueUrls]).toEqual([
    [queueUrl(server, 'a'), queueUrl(server, 'b')],
    [queueUrl(server, 'c')],
  ]);
  expect(second.NextToken).toBeUndefined();
  const [json, query] = await Promise.all(
    PROTOCOLS.map((protocol) => callSqs(server, protocol, 'ListDeadLetterSourceQueues', { QueueUrl, MaxResults: 1 })),
  );
  expect(json?.reply).toEqual({ queueUrls: [queueUrl(server, 'a')], NextToken: 'a' });
  expect(query?.reply).toMatchObject({
    ListDeadLetterSourceQueuesResponse: {
      ListDeadLetterSourceQueuesResult: { QueueUrl: queueUrl(server, 'a'), NextToken: 'a' },
    },
  });
});
