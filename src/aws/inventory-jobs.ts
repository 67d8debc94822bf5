import { type GlacierClient, type GlacierJobDescription, DescribeVaultCommand } from '@aws-sdk/client-glacier';
import type { RunSettings } from '../wire/request';
import { describeJob, listJobsPage } from './glacier-jobs';

/** A vault as of its last inventory. */
export interface LastInventory {
  /** ISO 8601; null before the first inventory. */
  readonly date: string | null;
  /** Number of archives; null if Glacier gives none. */
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
 * Whether a job lists the whole vault as JSON. With a date range, limit or marker it lists only a part; a marker in a
 * completed job means that the list is continued elsewhere.
 */
export function isWholeInventory(job: GlacierJobDescription): boolean {
  const { Format, StartDate, EndDate, Limit, Marker } = job.InventoryRetrievalParameters ?? {};
  const limits = [StartDate, EndDate, Limit, Marker].filter((limit) => limit != null);
  return job.Action === 'InventoryRetrieval' && Format === 'JSON' && limits.length === 0;
}

/** Pages of 50 jobs read at most. Beyond that, a new job, which is free, is better. */
const MAX_PAGES = 200;

type Vault = Pick<RunSettings, 'vault'>;

/**
 * The newest inventory job of the vault, initiated by any client, that can replace a new one: of the whole vault, JSON,
 * succeeded, with its output still available, and created after the vault's last inventory, so that a new job would
 * return the same list.
 * @param lastInventoryDate ISO 8601
 * @returns the job's id; null if there is none
 * @throws the AWS error; the signal's reason if it aborts
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
    // Glacier may list a completed job slightly longer than it keeps it.
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
  for (let pages = 0; pages < MAX_PAGES && marker !== null; pages += 1) {
    signal.throwIfAborted();
    const page = await listJobsPage(glacier, vault, marker, { completed: 'true', statuscode: 'Succeeded' });
    yield* page.jobs;
    ({ marker } = page);
  }
}
