import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { CONTROL_QUEUE } from '../../src/ids';
import type { SeriesRequest } from '../../src/wire/series';
import { usageError, type CliError } from '../exit-codes';
import { mapConcurrently } from '../../src/bytes/map-concurrently';
import { inputOf } from '../run-request';
import { SERIES_WORKFLOW } from '../runs';
import { seriesDifferences } from './differences';

const PARALLEL_LOOKS = 16;
/** More would not be read. */
const MOST_DIFFERENCES = 5;

/**
 * Starts several vaults under one name. The same ones under that name are left to go on as they do.
 * @param announce is called when nothing stands in the way, before anything is started
 * @throws CliError with the usage code when that name, or the name of one of the runs, is taken
 */
export async function startSeries(
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

/** A run that is there already, open or over, is somebody else's. */
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
  usageError(`A run named "${name}" exists already and ${why}. It was left as it is. Choose another name with --run.`);
