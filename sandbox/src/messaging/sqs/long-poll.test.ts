import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { ManualClock } from '../../testing/manual-clock';
import { startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { until } from '../testing/until';

let clock: ManualClock;
/** By which the clients wait. */
let waitClock: ManualClock;
let server: MessagingServer;
let QueueUrl: string;

beforeEach(async () => {
  clock = new ManualClock();
  waitClock = new ManualClock();
  server = await startMessagingServer({ clock, waitClock });
  const created = await server.sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }));
  QueueUrl = created.QueueUrl ?? '';
});
afterEach(() => server.stop());

async function poll(abortSignal?: AbortSignal): Promise<Message[]> {
  const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
  const { Messages } = await server.sqs.send(command, abortSignal === undefined ? {} : { abortSignal });
  return Messages ?? [];
}

const send = (DelaySeconds = 0) =>
  server.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'news', DelaySeconds }));

describe('a long poll', () => {
  it('ends when a message comes', async () => {
    const polled = poll();
    await until(() => waitClock.waiting === 1);
    await send();
    expect(await polled).toMatchObject([{ Body: 'news' }]);
  });

  it('ends when a message becomes available', async () => {
    await send(5);
    const polled = poll();
    await until(() => waitClock.waiting === 1);
    clock.advance(5_000);
    expect(await polled).toMatchObject([{ Body: 'news' }]);
  });

  it('ends empty when its time is over', async () => {
    const polled = poll();
    await until(() => waitClock.waiting === 1);
    waitClock.advance(19_000);
    expect(waitClock.waiting).toBe(1);
    waitClock.advance(1_000);
    expect(await polled).toEqual([]);
  });

  it('waits in real time at any rate of the sandbox clock', async () => {
    const polled = poll();
    await until(() => waitClock.waiting === 1);
    clock.advance(3_600_000);
    expect(waitClock.waiting).toBe(1);
    waitClock.advance(20_000);
    expect(await polled).toEqual([]);
  });

  it('gives one message to one of several pollers', async () => {
    const polled = [poll(), poll(), poll()];
    await until(() => waitClock.waiting === 3);
    await send();
    await until(() => waitClock.waiting === 2);
    waitClock.advance(20_000);
    expect((await Promise.all(polled)).flat()).toMatchObject([{ Body: 'news' }]);
  });

  it('receives nothing for a client that has disconnected', async () => {
    const hangUp = new AbortController();
    const polled = poll(hangUp.signal);
    await until(() => waitClock.waiting === 1);
    hangUp.abort();
    await expect(polled).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => waitClock.waiting === 0);
    await send();
    expect(await poll()).toMatchObject([{ Body: 'news' }]);
  });

  it('ends empty when the server closes', async () => {
    const polled = poll();
    await until(() => waitClock.waiting === 1);
    await server.disconnect();
    expect(await polled).toEqual([]);
  });

  it('ends with an error when the queue is deleted', async () => {
    const deletion = until(() => waitClock.waiting === 1).then(() =>
      server.sqs.send(new DeleteQueueCommand({ QueueUrl })),
    );
    await expect(poll()).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    await deletion;
  });
});
