import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { ManualClock } from '../../testing/manual-clock';
import { startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, bodies, createQueue, receive, send } from '../testing/queue-calls';

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

it('a message moves between dead-letter queues, each counting from zero but reporting all receives', async () => {
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

it('the retention of a dead-letter queue counts from the original send time', async () => {
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

it('an emptied RedrivePolicy moves no messages', async () => {
  const dead = await createQueue(server, 'dead');
  const url = await createQueue(server, 'jobs', givesUpTo('dead'));
  await server.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy: '' } }));
  await send(server, url, 'poison');
  await receive(server, url, { visibility: 0 });
  expect(bodies(await receive(server, url))).toEqual(['poison']);
  expect(await receive(server, dead)).toEqual([]);
});
