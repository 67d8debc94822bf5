import { type Client, type Connection, isGrpcServiceError } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { BYTES_QUEUE, CONTROL_QUEUE } from '../ids';
import { reasonOf } from '../reason';
import { TemporalSettingsError } from '../temporal/errors';
import { hasSearchAttributes } from '../temporal/search-attributes';
import { type Check, checksOf } from './check';

const check = checksOf('temporal');
const SECONDS_PER_DAY = 86_400;
/** Retention counts from the close of a workflow; a run's shards close long before the run. */
const MIN_RETENTION_DAYS = 7;
const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = temporal.api.enums.v1.TaskQueueType;

/**
 * The server, its namespace, and whether workers poll.
 * @param connect the client's connection is closed here
 */
export async function checkTemporal(connect: () => Promise<Client>, limitMs: number): Promise<readonly Check[]> {
  let client: Client;
  try {
    client = await connect();
  } catch (error) {
    const verdict = error instanceof TemporalSettingsError ? 'failed' : 'unknown';
    return [check(verdict, 'server', reasonOf(error))];
  }
  const { connection } = client;
  try {
    return await connection.withDeadline(Date.now() + limitMs, async () => {
      const checks = await Promise.all([
        retention(client),
        searchAttributes(client),
        ...WORKERS.map((one) => pollers(client, one)),
      ]);
      return [check('ok', 'server', `responds, namespace ${client.options.namespace}.`), ...checks];
    });
  } finally {
    await connection.close();
  }
}

/** Sends a request to the server; an error is reported as the finding. */
async function checked(name: string, request: () => Promise<Check>): Promise<Check> {
  try {
    return await request();
  } catch (error) {
    const reason = isGrpcServiceError(error) ? error.details : reasonOf(error);
    return check('unknown', name, `could not be read from the server: ${reason}.`);
  }
}

const retention = ({ workflowService, options: { namespace } }: Client): Promise<Check> =>
  checked('retention', async () => {
    const { config } = await workflowService.describeNamespace({ namespace });
    const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / SECONDS_PER_DAY;
    const text = `closed runs are retained for ${Math.round(days * 10) / 10} days`;
    if (days >= MIN_RETENTION_DAYS) return check('ok', 'retention', `${text}.`);
    const message = `${text}, which is short for the shards of a run that takes weeks: set the namespace's retention to 90 days.`;
    return check('warning', 'retention', message);
  });

const searchAttributes = ({ connection, options: { namespace } }: Client): Promise<Check> =>
  checked('search attributes', async () => {
    if (await hasSearchAttributes(connection as Connection, namespace))
      return check('ok', 'search attributes', 'all present.');
    const names = SEARCH_ATTRIBUTES.map(({ name }) => name).join(', ');
    const message = `incomplete, so runs are harder to find: create ${names} as keywords.`;
    return check('warning', 'search attributes', message);
  });

interface Worker {
  readonly queue: string;
  readonly type: number;
  readonly what: string;
  readonly role: string;
}

const WORKERS: readonly Worker[] = [
  { queue: CONTROL_QUEUE, type: TASK_QUEUE_TYPE_WORKFLOW, what: 'workers for workflows', role: 'control' },
  { queue: CONTROL_QUEUE, type: TASK_QUEUE_TYPE_ACTIVITY, what: 'workers for light work', role: 'control' },
  { queue: BYTES_QUEUE, type: TASK_QUEUE_TYPE_ACTIVITY, what: 'workers for bytes', role: 'transfer' },
];

const pollers = (client: Client, { queue, type, what, role }: Worker): Promise<Check> =>
  checked(what, async () => {
    const { namespace } = client.options;
    const reply = await client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType: type,
    });
    const count = reply.pollers?.length ?? 0;
    if (count > 0) return check('ok', what, `${count} on the task queue ${queue}.`);
    const message = `none on the task queue ${queue}: start one with "glacier-transfer worker --role ${role}", or --role all.`;
    return check('warning', what, message);
  });
