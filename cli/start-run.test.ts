import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { defaultDataConverter, defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import type { RunProgress } from '../src/wire/progress';
import type { TransferRequest } from '../src/wire/request';
import { ExitCode } from './exit-codes';
import { runCli } from './program';
import { sampleProgress } from './status/sample-progress';
import { testCli, type TestCli } from './testing';

const REQUEST = { vault: 'photos', bucket: 'my-bucket', prefix: 'pics/' };
const START = ['start', 'photos', '--to', 's3://my-bucket/pics', '--run', 'photos-1'];

/** Turns every byte over, as a codec that encrypts would make it unreadable. */
const invert: PayloadCodec = {
  encode: async (payloads) => payloads.map(inverted),
  decode: async (payloads) => payloads.map(inverted),
};
const inverted = (payload: Payload): Payload => ({
  ...payload,
  data: payload.data?.map((byte) => byte ^ 0xff) ?? null,
});

interface Existing {
  readonly request: unknown;
  readonly status?: string;
  readonly progress?: RunProgress | Error;
  readonly codec?: PayloadCodec;
}

interface Cli extends TestCli {
  /** Second starts of the root. */
  readonly started: readonly { readonly args: readonly unknown[]; readonly workflowIdReusePolicy: string }[];
  readonly orders: readonly string[];
}

/** A command line in front of a Temporal that has a run photos-1. */
function cliWith({ request, status = 'RUNNING', progress = sampleProgress(), codec }: Existing): Cli {
  const started: { args: unknown[]; workflowIdReusePolicy: string }[] = [];
  const orders: string[] = [];
  const answer = async (): Promise<RunProgress> => {
    if (progress instanceof Error) throw progress;
    return progress;
  };
  const payload = defaultPayloadConverter.toPayload(request);
  const payloads = codec === undefined ? [payload] : [inverted(payload)];
  const history = { events: [{ workflowExecutionStartedEventAttributes: { input: { payloads } } }] };
  const client = {
    options: {
      namespace: 'default',
      loadedDataConverter: { ...defaultDataConverter, payloadCodecs: codec === undefined ? [] : [codec] },
    },
    withDeadline: async (_: number, act: () => Promise<unknown>) => await act(),
    workflowService: { getWorkflowExecutionHistory: async () => ({ history }) },
    workflow: {
      start: async (_: string, options: { args: unknown[]; workflowIdReusePolicy: string }) => {
        if (options.workflowIdReusePolicy === 'REJECT_DUPLICATE' || status === 'RUNNING') {
          throw new WorkflowExecutionAlreadyStartedError('exists', 'photos-1', 'vaultTransfer');
        }
        started.push(options);
      },
      getHandle: () => ({
        describe: async () => ({ type: 'vaultTransfer', runId: 'run-id', status: { name: status } }),
        query: answer,
        executeUpdate: async (update: string) => {
          orders.push(update);
          return await answer();
        },
        result: answer,
      }),
    },
  };
  return { ...testCli({ client }), started, orders };
}

describe('start with the name of a run', () => {
  test.each([
    ['as it is', undefined],
    ['behind a codec', invert],
  ])('of the same request attaches to it; its history is read %s', async (_, codec) => {
    // What `start` adds is the default.
    const { context, stdout } = cliWith({ request: REQUEST, ...(codec === undefined ? {} : { codec }) });
    expect(await runCli(context, START)).toBe(ExitCode.Ok);
    expect(stdout.text).toMatch(/photos-1 already exists with the same request.*photos-1 is moving archives: 4 of 10/);
  });

  test('tells programs that it attached, and the state where a worker knows it', async () => {
    const running = cliWith({ request: REQUEST });
    expect(await runCli(running.context, [...START, '--json'])).toBe(ExitCode.Ok);
    expect(JSON.parse(running.stdout.text)).toMatchObject({
      message_type: 'started',
      run: 'photos-1',
      attached: true,
      state: 'transferring',
    });
    const unheard = cliWith({ request: REQUEST, progress: new Error('no poller seen') });
    expect(await runCli(unheard.context, [...START, '--json'])).toBe(ExitCode.Ok);
    expect(JSON.parse(unheard.stdout.text)).toMatchObject({ attached: true, state: null });
  });

  test.each<[object | null, RegExp]>([
    [{ ...REQUEST, bucket: 'other' }, /bucket \("other" there, "my-bucket" here\)\. It was not changed\..*--run/],
    [{ ...REQUEST, tier: 'Standard' }, /tier \("Standard" there, "Bulk" here\)/],
    [{ ...REQUEST, bytesPerDay: '5' }, /bytesPerDay \("5" there, "109951162777600" here\)/],
    [{ ...REQUEST, bucketOwner: '111122223333' }, /bucketOwner \("111122223333" there, none here\)/],
    [{ ...REQUEST, inventory: 's3://b-1/i' }, /inventory \("s3:\/\/b-1\/i" there, none here\)/],
    [{ ...REQUEST, tuning: { shardArchives: 7 } }, /tuning \(\{.*"shardArchives":7.*\} there, \{.*5000/],
    [{ vault: '\u001b[2J', bucket: 'b' }, /vault \("\\u001b\[2J" there/],
    [null, /vault \(none there, "photos" here\)/],
  ])('of another request (%j) is refused', async (request, sentence) => {
    const { context, stdout, stderr, started } = cliWith({ request });
    expect(await runCli(context, START)).toBe(ExitCode.Usage);
    expect(stderr.text).toMatch(/^A run named "photos-1" exists already and was asked for something else: /);
    expect(stderr.text).toMatch(sentence);
    expect(stdout.text).toBe('');
    expect(started).toEqual([]);
  });
});

describe('retry', () => {
  test('of a run that goes on is an order to it', async () => {
    const { context, stdout, started, orders } = cliWith({ request: REQUEST });
    expect(await runCli(context, ['retry', 'photos-1'])).toBe(ExitCode.Ok);
    expect(orders).toEqual(['retryFailed']);
    expect(started).toEqual([]);
    expect(stdout.text).toBe('photos-1 is retrying 1 archive. Follow it: glacier-transfer status photos-1 --watch\n');
  });

  test.each(['COMPLETED', 'CANCELLED', 'FAILED', 'TERMINATED', 'TIMED_OUT'])(
    'of a run that has ended (%s) begins it again with its own request',
    async (status) => {
      const request: TransferRequest = { ...REQUEST, tuning: { pollSeconds: 5 } };
      const progress = sampleProgress({ state: 'completed-with-failures' });
      const { context, stdout, started, orders } = cliWith({ request, status, progress });
      expect(await runCli(context, ['retry', 'photos-1'])).toBe(ExitCode.Ok);
      expect(started).toMatchObject([{ args: [request], workflowIdReusePolicy: 'ALLOW_DUPLICATE' }]);
      expect(orders).toEqual([]);
      expect(stdout.text).toMatch(/^photos-1 is reopened and moves what is not verified\./);
    },
  );

  test.each(['RUNNING', 'COMPLETED'])('of a run (%s) where nothing has failed does nothing', async (status) => {
    const { archives } = sampleProgress();
    const progress = sampleProgress({ archives: { ...archives, failed: 0 }, state: 'completed' });
    const { context, stdout, started, orders } = cliWith({ request: REQUEST, status, progress });
    expect(await runCli(context, ['retry', 'photos-1', '--wait'])).toBe(ExitCode.Ok);
    expect([started, orders]).toEqual([[], []]);
    expect(stdout.text).toBe('No archive of photos-1 failed: there is nothing to retry.\n');
  });
});
