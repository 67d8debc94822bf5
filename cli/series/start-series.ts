import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { CONTROL_QUEUE } from '../../src/ids';
import type { SeriesRequest } from '../../src/wire/series';
import { usageError, type CliError } from '../exit-codes';
import { mapConcurrently } from '../../src/bytes/map-concurrently';
import { inputOf, requestDifferences } from '../run-request';
import { SERIES_WORKFLOW } from '../runs';
import { parseSeries } from '../../activities/check-series';
import { safeText } from '../text/format';
import type { TransferRequest } from '../../src/wire/request';
import { withAws, withTemporal, type CliContext } from '../context';
import { defaultRunName } from '../parse/names';
import type { Destination } from '../parse/s3-url';
import { type SelectionOptions, warnOfOrder } from '../start/selection-options';
import { webUiOfRun } from '../web-ui';
import { describeVaults, listAllVaults, type AllVaults, type VaultFacts } from './find-vaults';
import { orderOf, type SeriesOptions } from './options';
import { announcement, startedSeriesRecord, startedSeriesText } from './announce';
import { seriesRequest } from './request';
import { Series } from './series';
import { watchSeries } from './watch-series';

interface Options extends SeriesOptions, SelectionOptions {
  readonly to: Destination;
  readonly run?: string;
  readonly wait?: true;
  readonly json?: true;
}

/** `start` with several vaults. */
export async function startVaults(
  context: CliContext,
  names: readonly string[],
  options: Options,
  requestOf: (vault: string, to: Destination) => TransferRequest,
): Promise<void> {
  const { output } = context;
  const name = options.run ?? defaultRunName('vaults', context.now());
  const vaults = await withAws(context, async (aws): Promise<AllVaults> => {
    if (options.allVaults === true) return await listAllVaults(aws);
    return { found: await describeVaults(aws, names), empty: [], unlisted: [] };
  });
  if (vaults.found.length === 0) throw usageError(nothingThere(vaults));
  const request = seriesRequest(name, namesOf(vaults.found), orderOf(options), options.to, requestOf);
  warnOfOrder(output, options);
  const json = options.json === true;
  await withTemporal(context, async (client) => {
    const announce = async (): Promise<void> => {
      if (!json) await output.result(announcement(request, vaults));
    };
    const begun = await startSeries(client, name, request, announce);
    const webUi = webUiOfRun(client, name);
    if (json) await output.json(startedSeriesRecord(name, request, vaults, begun === 'attached'));
    else await output.result(startedSeriesText(name, begun, webUi));
    if (options.wait === true) await watchSeries(context, new Series(client, name), { json, webUi });
  });
}

const namesOf = (vaults: readonly VaultFacts[]): readonly string[] => vaults.map(({ vault }) => vault);

function nothingThere({ empty, unlisted }: AllVaults): string {
  const known = empty.length + unlisted.length;
  if (known === 0) return 'This account has no vault in this Region. Nothing was started.';
  return `None of the ${known} vaults in this Region has an inventory with archives. Nothing was started.`;
}

/** The differences between two series with defaults filled in, as list items; empty if they are equal. */
function seriesDifferences(name: string, existing: SeriesRequest, asked: SeriesRequest): readonly string[] {
  const [before, now] = [filledIn(name, existing), filledIn(name, asked)];
  const there = new Map(before.vaults.map(({ run, request }) => [run, request]));
  const here = new Map(now.vaults.map(({ run, request }) => [run, request]));
  return [
    ...(before.order === now.order ? [] : [`order (${shown(before.order)} there, ${shown(now.order)} here)`]),
    ...(JSON.stringify(before.rateLimits) === JSON.stringify(now.rateLimits)
      ? []
      : [`rate limits (${shown(before.rateLimits)} there, ${shown(now.rateLimits)} here)`]),
    ...[...there.keys()].filter((run) => !here.has(run)).map((run) => `${safeText(run)} (only there)`),
    ...[...here].flatMap(([run, request]) => {
      const other = there.get(run);
      if (other === undefined) return [`${run} (only here)`];
      return requestDifferences(other, request).map((difference) => `${run}: ${difference}`);
    }),
  ];
}

/** An invalid one was never started: it is compared as empty. */
function filledIn(name: string, request: SeriesRequest) {
  const parsed = parseSeries(name, request);
  return 'series' in parsed
    ? { ...parsed.series, vaults: request.vaults }
    : { order: undefined, rateLimits: undefined, vaults: [] };
}

const shown = (value: unknown): string => (value === undefined ? 'none' : safeText(JSON.stringify(value)));

const PARALLEL_LOOKS = 16;
/** More would not be readable. */
const MOST_DIFFERENCES = 5;

/**
 * Starts several vaults under one name. If the same series already exists, it is left unchanged.
 * @param announce is called when nothing stands in the way, before anything is started
 * @throws CliError with the usage code when that name, or the name of one of the runs, is taken
 */
async function startSeries(
  client: Client,
  name: string,
  request: SeriesRequest,
  announce: () => Promise<void>,
): Promise<'begun' | 'attached'> {
  const existing = await findWorkflow(client, name);
  if (existing !== null) {
    if (existing.type !== SERIES_WORKFLOW) throw taken(name, 'is no series of vaults');
    const asked = (await inputOf(client, name, existing.runId)) as SeriesRequest;
    const differences = seriesDifferences(name, asked, request);
    if (differences.length === 0) return 'attached';
    const told =
      differences.slice(0, MOST_DIFFERENCES).join(', ') + (differences.length > MOST_DIFFERENCES ? ', …' : '');
    throw taken(name, `was asked for something else: ${told}`);
  }
  await refuseTakenNames(client, request);
  await announce();
  try {
    await client.workflow.start(SERIES_WORKFLOW, {
      taskQueue: CONTROL_QUEUE,
      workflowId: name,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [request],
      staticSummary: `${request.vaults.length} vaults, ${request.order?.replaceAll('-', ' ')}`,
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) throw taken(name, 'was started at this moment');
    throw error;
  }
  return 'begun';
}

/** An existing run, open or closed, does not belong to this series. */
async function refuseTakenNames(client: Client, { vaults }: SeriesRequest): Promise<void> {
  const names = vaults.map(({ run }) => run);
  const found = await mapConcurrently(names, PARALLEL_LOOKS, new AbortController().signal, async (run) =>
    (await findWorkflow(client, run)) === null ? [] : [run],
  );
  const [first] = found.flat();
  if (first !== undefined) throw taken(first, 'is not of this series');
}

async function findWorkflow(
  client: Client,
  name: string,
): Promise<{ readonly type: string; readonly runId: string } | null> {
  try {
    return await client.workflow.getHandle(name).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

const taken = (name: string, why: string): CliError =>
  usageError(`A run named "${name}" exists already and ${why}. It was not changed. Choose another name with --run.`);
