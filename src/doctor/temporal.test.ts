import type { Client } from '@temporalio/client';
import { serverAddress } from '../../test/support/temporal';
import { connectClient } from '../temporal/connect';
import { checkTemporal } from './temporal';

const LIMIT_MS = 20_000;

interface Server {
  readonly retentionDays: number;
  readonly attributes: Readonly<Record<string, number>>;
  readonly pollersOf: (queue: string) => Promise<number>;
}

/** A client of a fake server. */
function clientOf({ retentionDays, attributes, pollersOf }: Server): { client: Client; closed: () => boolean } {
  let closed = false;
  const client = {
    options: { namespace: 'archive' },
    connection: {
      close: async () => void (closed = true),
      withDeadline: async (_deadline: number, use: () => Promise<unknown>) => await use(),
      operatorService: { listSearchAttributes: async () => ({ customAttributes: attributes }) },
    },
    workflowService: {
      describeNamespace: async () => ({
        config: { workflowExecutionRetentionTtl: { seconds: retentionDays * 86_400 } },
      }),
      describeTaskQueue: async ({ taskQueue }: { taskQueue: { name: string } }) => ({
        pollers: Array.from({ length: await pollersOf(taskQueue.name) }, () => ({})),
      }),
    },
  };
  return { client: client as unknown as Client, closed: () => closed };
}
const linesOf = async (client: Client): Promise<string[]> =>
  (await checkTemporal(async () => client, LIMIT_MS)).map(
    ({ verdict, name, message }) => `${verdict} ${name}: ${message}`,
  );

test('doctor checks a real Temporal server', async () => {
  const lines = await checkTemporal(async () => await connectClient({ address: serverAddress() }), LIMIT_MS);
  expect(lines.map(({ name }) => name)).toEqual([
    'server',
    'retention',
    'search attributes',
    'workers for workflows',
    'workers for light work',
    'workers for bytes',
  ]);
  expect(lines.filter(({ verdict }) => verdict === 'failed' || verdict === 'unknown')).toEqual([]);
  expect(lines[2]).toMatchObject({ verdict: 'ok' });
});

test('doctor warns about short retention, missing search attributes and missing workers', async () => {
  const { client, closed } = clientOf({ retentionDays: 1.5, attributes: {}, pollersOf: async () => 0 });
  expect(await linesOf(client)).toEqual([
    'ok server: responds, namespace archive.',
    expect.stringMatching(/^warning retention: closed runs are retained for 1.5 days/),
    expect.stringMatching(/^warning search attributes: .*GlacierVault, GlacierRun, TransferState as keywords/),
    expect.stringMatching(/^warning workers for workflows: .*worker --role control/),
    expect.stringMatching(/^warning workers for light work: .*worker --role control/),
    expect.stringMatching(/^warning workers for bytes: .*worker --role transfer/),
  ]);
  expect(closed()).toBe(true);
});

test('a failed request to the Temporal server does not hide other checks', async () => {
  const pollersOf = async (queue: string): Promise<number> => {
    if (queue === 'glacier-transfer') throw new Error('no access to task queues');
    return 2;
  };
  const attributes = { GlacierVault: 2, GlacierRun: 2, TransferState: 2 };
  const { client } = clientOf({ retentionDays: 90, attributes, pollersOf });
  expect(await linesOf(client)).toEqual([
    'ok server: responds, namespace archive.',
    'ok retention: closed runs are retained for 90 days.',
    'ok search attributes: all present.',
    'unknown workers for workflows: could not be read from the server: no access to task queues.',
    'unknown workers for light work: could not be read from the server: no access to task queues.',
    'ok workers for bytes: 2 on the task queue glacier-transfer-bytes.',
  ]);
});

test('an unencrypted connection to another machine is a failed check, an unavailable server is unknown', async () => {
  const plain = await checkTemporal(
    () => connectClient({ address: 'temporal.example.com:7233', insecure: false }),
    LIMIT_MS,
  );
  expect(plain).toMatchObject([{ verdict: 'failed', message: expect.stringContaining('--insecure') }]);
  const down = await checkTemporal(() => connectClient({ address: '127.0.0.1:1' }), LIMIT_MS);
  expect(down).toMatchObject([{ verdict: 'unknown', message: expect.stringContaining('No Temporal server answers') }]);
});
