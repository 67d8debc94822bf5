import { WorkflowNotFoundError } from '@temporalio/client';
import { defaultDataConverter, defaultPayloadConverter } from '@temporalio/common';
import {
  GlacierClient,
  ListVaultsCommand,
  type DescribeVaultCommand,
  type DescribeVaultOutput,
} from '@aws-sdk/client-glacier';
import type { SeriesRequest } from '../../src/wire/series';
import { ExitCode } from '../exit-codes';
import { runCli } from '../program';
import { testCli, type TestCli } from '../testing';

const START = ['start', 'photos', 'films', '--to', 's3://my-bucket/all', '--run', 'all'];

const facts = (VaultName: string, NumberOfArchives: number, isListed = true): DescribeVaultOutput => ({
  VaultName,
  NumberOfArchives,
  SizeInBytes: NumberOfArchives * 1024,
  ...(isListed ? { LastInventoryDate: '2026-11-22T08:00:00.000Z' } : {}),
});
const VAULTS = [facts('photos', 1_200), facts('films', 3), facts('new', 0, false), facts('bare', 0)];

interface Started {
  readonly type: string;
  readonly workflowId: string;
  readonly request: SeriesRequest;
}

/** A command line in front of an account with four vaults, and a Temporal with these workflows. */
function cliWith(existing: Readonly<Record<string, { type: string; request?: SeriesRequest }>> = {}) {
  const started: Started[] = [];
  const glacier = Object.assign(new GlacierClient({ region: 'us-east-1' }), {
    send: async (command: unknown) => {
      if (command instanceof ListVaultsCommand) {
        const from = Number(command.input.marker ?? 0);
        const [vault] = VAULTS.slice(from);
        return { VaultList: [vault], Marker: from + 1 < VAULTS.length ? String(from + 1) : undefined };
      }
      const name = (command as DescribeVaultCommand).input.vaultName;
      const found = VAULTS.find(({ VaultName }) => VaultName === name);
      if (found !== undefined) return found;
      throw Object.assign(new Error('Vault not found'), { name: 'ResourceNotFoundException' });
    },
  });
  const history = (id: string) => {
    const payloads = [defaultPayloadConverter.toPayload(existing[id]?.request)];
    return { history: { events: [{ workflowExecutionStartedEventAttributes: { input: { payloads } } }] } };
  };
  const client = {
    options: { namespace: 'default', loadedDataConverter: { ...defaultDataConverter, payloadCodecs: [] } },
    workflowService: {
      getWorkflowExecutionHistory: async ({ execution }: { execution: { workflowId: string } }) =>
        history(execution.workflowId),
    },
    workflow: {
      start: async (type: string, { workflowId, args }: { workflowId: string; args: [SeriesRequest] }) =>
        void started.push({ type, workflowId, request: args[0] }),
      getHandle: (id: string) => ({
        describe: async () => {
          const found = existing[id];
          if (found === undefined) throw new WorkflowNotFoundError('none', id, undefined);
          return { ...found, runId: 'r', status: { name: 'RUNNING' } };
        },
      }),
    },
  };
  return { ...testCli({ client, aws: { glacier } }), started };
}

async function requestBy(args: readonly string[]): Promise<SeriesRequest> {
  const { context, started } = cliWith();
  expect(await runCli(context, args)).toBe(ExitCode.Ok);
  return started[0]?.request as SeriesRequest;
}
const said = ({ stdout, stderr }: TestCli): string => stdout.text + stderr.text;

test('that objects are read back before they are adopted holds for each vault', async () => {
  const { vaults } = await requestBy([...START, '--read-adopted']);
  expect(vaults.map(({ request }) => request.readAdopted)).toEqual([true, true]);
});

test('each vault of a series gets its own run and folder, and the plan is printed first', async () => {
  const cli = cliWith();
  expect(await runCli(cli.context, [...START, '--tier', 'Standard'])).toBe(ExitCode.Ok);
  const shared = { bucket: 'my-bucket', storageClass: 'DEEP_ARCHIVE', tier: 'Standard' };
  expect(cli.started).toMatchObject([
    {
      type: 'vaultSeries',
      workflowId: 'all',
      request: {
        order: 'sequential',
        vaults: [
          { run: 'all-photos', request: { ...shared, vault: 'photos', prefix: 'all/photos/' } },
          { run: 'all-films', request: { ...shared, vault: 'films', prefix: 'all/films/' } },
        ],
      },
    },
  ]);
  expect(cli.stdout.text).toBe(
    `vault   run         to                          archives     size
photos  all-photos  s3://my-bucket/all/photos/     1,200  1.2 MiB
films   all-films   s3://my-bucket/all/films/          3  3.0 KiB
total                                              1,203  1.2 MiB

Archives and sizes (including Glacier's overhead) are from its last inventories. The vaults are moved sequentially.

Started the series all; each vault is a separate run.
Status:  glacier-transfer status all --watch
Cancel:  glacier-transfer cancel all
`,
  );
});

test('--all-vaults starts vaults with archives and lists the excluded ones', async () => {
  const cli = cliWith();
  expect(await runCli(cli.context, ['start', '--all-vaults', '--parallel', '--to', 's3://my-bucket'])).toBe(0);
  expect(cli.started).toMatchObject([
    {
      workflowId: 'vaults-20261123-100040',
      request: {
        order: 'parallel',
        vaults: [{ request: { prefix: 'films/' } }, { request: { prefix: 'photos/' } }],
      },
    },
  ]);
  expect(cli.stdout.text).toContain('Excluded because their inventories are empty: bare.');
  expect(cli.stdout.text).toMatch(/Excluded because Glacier has no inventory of them yet: new\./);
});

test('programs are told in one line', async () => {
  const { context, stdout } = cliWith();
  await runCli(context, [...START, '--json']);
  expect(JSON.parse(stdout.text)).toEqual({
    message_type: 'series_started',
    series: 'all',
    order: 'sequential',
    attached: false,
    vaults: [
      {
        vault: 'photos',
        run: 'all-photos',
        bucket: 'my-bucket',
        prefix: 'all/photos/',
        archives: 1_200,
        bytes: '1228800',
        inventory_date: '2026-11-22T08:00:00.000Z',
      },
      expect.objectContaining({ vault: 'films' }),
    ],
    left_out: [],
  });
});

test.each([
  [['start', '--to', 's3://b-b'], /^Name one or more vaults, or use --all-vaults\./],
  [['start', 'photos', '--all-vaults', '--to', 's3://b-b'], /not both/],
  [['start', 'photos', 'photos', '--to', 's3://b-b'], /"photos" is named twice/],
  [['start', 'photos', '--parallel', '--to', 's3://b-b'], /only one is named/],
  [[...START, '--parallel', '--sequential'], /cannot be used with/],
  [[...START, '--inventory', 'i.json'], /^--inventory applies to one vault/],
  [['start', 'photos', 'nowhere', '--to', 's3://b-b'], /no vault "nowhere" in the region us-east-1/],
  [['start', 'photos', '..', '--to', 's3://b-b'], /^There is no vault|cannot be the destination/],
])('%j is wrong usage, and nothing is started', async (args, sentence) => {
  const cli = cliWith();
  expect(await runCli(cli.context, args)).toBe(ExitCode.Usage);
  expect(said(cli)).toMatch(sentence);
  expect(cli.started).toEqual([]);
});

describe('where the name is taken', () => {
  test('the same vaults are left to go on', async () => {
    const { context, stdout, started } = cliWith({ all: { type: 'vaultSeries', request: await requestBy(START) } });
    expect(await runCli(context, START)).toBe(ExitCode.Ok);
    expect(stdout.text).toMatch(/^The series all already exists with the same vaults; nothing was started\./);
    expect(started).toEqual([]);
  });

  test.each<[string, (there: SeriesRequest) => SeriesRequest, RegExp]>([
    ['order', (there) => ({ ...there, order: 'parallel' }), /order \("parallel" there, "sequential" here/],
    ['rate limits', (there) => ({ ...there, rateLimits: { bytesPerDay: '5' } }), /rate limits \(.*"5".* there/],
    ['vaults', ({ vaults }) => ({ vaults: vaults.slice(0, 1) }), /all-films \(only here\)/],
    [
      'request',
      ({ vaults }) => ({
        vaults: vaults.map(({ run, request }) => ({ run, request: { ...request, tier: 'Standard' } })),
      }),
      /all-photos: tier \("Standard" there, "Bulk" here\)/,
    ],
    ['nothing valid', () => ({ vaults: [] }), /order \(none there/],
  ])('others are refused: %s', async (_, change, sentence) => {
    const cli = cliWith({ all: { type: 'vaultSeries', request: change(await requestBy(START)) } });
    expect(await runCli(cli.context, START)).toBe(ExitCode.Usage);
    expect(said(cli)).toMatch(sentence);
    expect(cli.started).toEqual([]);
  });

  test.each(['all', 'all-films'])('by a run, %s, nothing is started', async (name) => {
    const cli = cliWith({ [name]: { type: 'vaultTransfer' } });
    expect(await runCli(cli.context, START)).toBe(ExitCode.Usage);
    expect(said(cli)).toMatch(new RegExp(`^A run named "${name}" exists already .*--run`));
    expect(cli.started).toEqual([]);
  });
});
