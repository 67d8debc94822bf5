import type { GlacierClient, GlacierJobDescription } from '@aws-sdk/client-glacier';
import type { RunSettings } from '../wire/request';
import { describeJob, listJobsPage } from './glacier-jobs';
import { isWholeInventory } from './whole-inventory';

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
