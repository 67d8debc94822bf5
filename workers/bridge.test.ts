import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { pino } from 'pino';
import { createClients, type AwsClients } from '../src/aws/clients';
import { setUpMessaging } from '../src/aws/messaging-setup';
import { onCrashPoint } from '../src/crash-points';
import { jobDescription } from '../src/ids';
import { startSandbox, type Sandbox } from 'glacier-sandbox';
import type { JobNotification } from '../src/wire/job';
import { mangledMessage } from '../test/support/mangled-message';
import { until } from '../test/support/until';
import { Bridge, type BridgeOptions } from './bridge';

let dataDir: string;
let sandbox: Sandbox;
let clients: AwsClients;
let queueUrl: string;
let bridge: Bridge;
let running: Promise<void>;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bridge-'));
  sandbox = await startSandbox({ dataDir });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  clients = createClients();
  ({ queueUrl } = await setUpMessaging(clients, { partition: 'aws', region: 'us-east-1', accountId: '111122223333' }));
});
afterEach(async () => {
  jest.restoreAllMocks();
  bridge.stop();
  await running;
  clients.destroy();
  await sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
});

function start(deliver: BridgeOptions['deliver']): void {
  bridge = new Bridge({ sqs: clients.sqs, deliver, log: pino({ level: 'silent' }) });
  running = bridge.run();
}
const message = (workflowId: string, index: number): string =>
  JSON.stringify({
    JobId: `job-${index}`,
    JobDescription: workflowId === '' ? 'somebody else' : jobDescription(workflowId, index),
    Completed: true,
    StatusCode: 'Succeeded',
    StatusMessage: 'Succeeded',
    VaultARN: 'arn:aws:glacier:us-east-1:111122223333:vaults/photos',
  });
async function send(...bodies: readonly string[]): Promise<void> {
  for (const MessageBody of bodies) await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
}
/** Numbers of waiting messages and of received messages that were not deleted. */
async function left(): Promise<{ readonly waiting: number; readonly received: number }> {
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages),
    received: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}
const isEmpty = async (): Promise<boolean> => {
  const { waiting, received } = await left();
  return waiting + received === 0;
};
const allReceived = async (): Promise<boolean> => (await left()).waiting === 0;

test('the bridge signals each workflow once for all its notifications, then deletes these and foreign messages', async () => {
  await send(
    ...[1, 2, 3].map((index) => message('run/shard-000000', index)),
    message('run/archive-a', 7),
    message('', 9),
  );
  const heard = new Map<string, JobNotification[]>();
  const undeletedAtDelivery: number[] = [];
  start(async (workflowId, notices) => {
    undeletedAtDelivery.push((await left()).received);
    heard.set(workflowId, [...(heard.get(workflowId) ?? []), ...notices]);
    return 'delivered';
  });
  await until(isEmpty);
  expect([...heard.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual(['run/archive-a', 'run/shard-000000']);
  expect(new Set(heard.get('run/shard-000000')?.map(({ index }) => index))).toEqual(new Set([1, 2, 3]));
  expect(undeletedAtDelivery).toEqual([5, 5]);
});

test('the bridge gathers more notifications than one receive returns before it signals', async () => {
  await send(...Array.from({ length: 25 }, (_, index) => message('run/shard-000000', index)));
  const sizes: number[] = [];
  start(async (_workflowId, notices) => {
    sizes.push(notices.length);
    return 'delivered';
  });
  await until(isEmpty);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(25);
  expect(sizes.length).toBeLessThanOrEqual(3);
});

test('notifications that cannot be delivered now are kept, and others are delivered', async () => {
  await send(message('run/archive-down', 1), message('run/archive-up', 2));
  start(async (workflowId) => {
    if (workflowId === 'run/archive-down') throw new Error('server is away');
    return 'delivered';
  });
  await until(async () => (await left()).waiting + (await left()).received === 1);
  await until(allReceived);
  expect(await left()).toEqual({ waiting: 0, received: 1 });
});

test('recent notifications for an unknown workflow are kept, since its start may be late', async () => {
  await send(message('run/archive-unknown', 1));
  const asked: string[] = [];
  start(async (workflowId) => {
    asked.push(workflowId);
    return 'unknown';
  });
  await until(() => asked.length > 0);
  bridge.stop();
  await running;
  expect(await left()).toEqual({ waiting: 0, received: 1 });
});

test('old notifications for an unknown workflow are deleted', async () => {
  await send(message('run/archive-unknown', 1));
  const sixMinutesLater = Date.now() + 6 * 60_000;
  jest.spyOn(Date, 'now').mockReturnValue(sixMinutesLater);
  start(async () => 'unknown');
  await until(isEmpty);
  expect(await left()).toEqual({ waiting: 0, received: 0 });
});

test('messages that are not in Glacier’s format are left for the dead-letter queue', async () => {
  await send('junk', message('run/archive-a', 1));
  start(async () => 'delivered');
  await until(async () => (await left()).waiting + (await left()).received === 1);
  expect(await left()).toEqual({ waiting: 0, received: 1 });
});

test('after a crash between signal and deletion, notifications are delivered again without harm', async () => {
  await send(message('run/archive-a', 1));
  let signals = 0;
  const deliver = async (): Promise<'delivered'> => {
    signals += 1;
    return 'delivered';
  };
  clients.sqs.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'DeleteMessageBatchCommand') throw new Error('the process is gone');
        return await next(args);
      },
    { name: 'gone' },
  );
  start(deliver);
  await until(() => signals === 1);
  bridge.stop();
  await running;
  clients.sqs.middlewareStack.remove('gone');
  expect(await left()).toEqual({ waiting: 0, received: 1 });

  sandbox.clock.advance(60_000);
  start(deliver);
  await until(isEmpty);
  expect(signals).toBe(2);
});

test('the bridge reaches its crash points: received, before and after the signal, after the deletion', async () => {
  const points: string[] = [];
  onCrashPoint((point) => points.push(point));
  await send(message('run/archive-a', 1));
  start(async () => {
    points.push('signal');
    return 'delivered';
  });
  await until(() => points.length === 5);
  const steps = ['bridge.received', 'bridge.before-signal', 'signal', 'bridge.after-signal', 'bridge.after-delete'];
  expect(points).toEqual(steps);
  onCrashPoint(() => undefined);
});

test('forged and mangled messages neither stop the bridge nor reach a workflow of another application', async () => {
  const bodies = fc.sample(mangledMessage(message('run/archive-a', 1)), { numRuns: 500, seed: 20261126 });
  for (let start = 0; start < bodies.length; start += 10) {
    const Entries = bodies.slice(start, start + 10).map((MessageBody, at) => ({ Id: String(at), MessageBody }));
    await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
  await send(message('run/archive-last', 1));
  const heard = new Set<string>();
  start(async (workflowId) => {
    heard.add(workflowId);
    return 'delivered';
  });
  await until(allReceived);
  await until(() => heard.has('run/archive-last'));
  expect(heard).toContain('run/archive-a');
  for (const workflowId of heard) expect(workflowId).toMatch(/^[\w.-]{1,100}(\/(shard-\d+|archive-[\w-]+))?$/);
  expect((await left()).received).toBeGreaterThan(100);
}, 60_000);

test('stopping the bridge ends a long poll at once', async () => {
  start(async () => 'delivered');
  await until(allReceived);
  const before = process.hrtime.bigint();
  bridge.stop();
  await running;
  expect(Number(process.hrtime.bigint() - before) / 1e6).toBeLessThan(2_000);
});
