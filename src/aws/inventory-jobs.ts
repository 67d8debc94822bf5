import { type GlacierClient, type GlacierJobDescription, DescribeVaultCommand } from '@aws-sdk/client-glacier';
import type { RunSettings } from '../wire/request';
import { describeJob, listJobsPage } from './glacier-jobs';

/** What Glacier says of a vault, as of its last inventory. */
export interface LastInventory {
  /** ISO 8601; null before the first inventory. */
  readonly date: string | null;
  /** Archives that it counted; null where Glacier gives no count. */
  readonly archives: number | null;
}

/** @throws the AWS error */
export async function lastInventory(
  glacier: GlacierClient,
  { vault }: Pick<RunSettings, 'vault'>,
): Promise<LastInventory> {
  const { LastInventoryDate, NumberOfArchives } = await glacier.send(
    new DescribeVaultCommand({ accountId: '-', vaultName: vault }),
  );
  return { date: LastInventoryDate ?? null, archives: NumberOfArchives ?? null };
}

/**
 * Whether a job lists the whole vault as JSON. One with a date range, a limit or a marker lists a part; in a finished job
 * a marker says that the list goes on elsewhere.
 */
export function isWholeInventory(job: GlacierJobDescription): boolean {
  const { Format, StartDate, EndDate, Limit, Marker } = job.InventoryRetrievalParameters ?? {};
  const limits = [StartDate, EndDate, Limit, Marker].filter((limit) => limit != null);
  return job.Action === 'InventoryRetrieval' && Format === 'JSON' && limits.length === 0;
}

/** Pages read for one look, of 50 jobs each. Beyond so many, a new job, which costs nothing, is the better way. */
const MOST_PAGES = 200;

type Vault = Pick<RunSettings, 'vault'>;

/**
 * The newest inventory job of the vault, whoever ordered it, that can stand for a new one: whole, JSON, succeeded, its
 * output still there, and created after the vault's last inventory, so that a new job would give the same list.
 * @param lastInventoryDate ISO 8601
 * @returns the job's id; null when there is none
 * @throws the AWS error; the signal's reason when it aborts
 */
export async function findFinishedInventory(
  glacier: GlacierClient,
  vault: Vault,
  lastInventoryDate: string,
  signal: AbortSignal,
): Promise<string | null> {
  const found: GlacierJobDescription[] = [];
  for await (const job of succeededJobs(glacier, vault, signal)) {
    if (isWholeInventory(job) && createdMs(job) > Date.parse(lastInventoryDate)) found.push(job);
  }
  found.sort((one, other) => createdMs(other) - createdMs(one));
  for (const { JobId = '' } of found) {
    // Glacier may list a finished job a little longer than it keeps it.
    if ((await describeJob(glacier, vault, JobId)) !== null) return JobId;
  }
  return null;
}

const createdMs = ({ CreationDate }: GlacierJobDescription): number => Date.parse(CreationDate ?? '');

async function* succeededJobs(
  glacier: GlacierClient,
  { vault }: Vault,
  signal: AbortSignal,
): AsyncGenerator<GlacierJobDescription> {
  let marker: string | null | undefined;
  for (let pages = 0; pages < MOST_PAGES && marker !== null; pages += 1) {
    signal.throwIfAborted();
    const page = await listJobsPage(glacier, vault, marker, { completed: 'true', statuscode: 'Succeeded' });
    yield* page.jobs;
    ({ marker } = page);
  }
}
