import { type Glacier, requireVault } from './environment';
import { invalidParameter, notFound } from './errors';
import type { GlacierRequest, Reply } from './http';
import { describeJob } from './job-description';
import type { JobRecord } from './model';
import { firstOf, limitOf, sequenceKey, sequenceOfMarker } from './page';
import type { Vault } from './vault';

const MOST_LISTED = 50;
const STATUS_CODES = ['InProgress', 'Succeeded', 'Failed'];

/** @throws GlacierError 404 for an unknown or expired job */
export function requireJob(vault: Vault, jobId: string): JobRecord {
  const record = vault.jobs.get(jobId);
  if (record === undefined) throw notFound(`The job ID was not found: ${jobId}`);
  return record;
}

export function describeOneJob(glacier: Glacier, { path }: GlacierRequest): Reply {
  const record = requireJob(requireVault(glacier, path.vault), path.job);
  return { status: 200, json: describeJob(record, glacier.vaultArn(path.vault)) };
}

/** By age. */
export function listJobs(glacier: Glacier, { path, query }: GlacierRequest): Reply {
  const vault = requireVault(glacier, path.vault);
  const isWanted = filterOf(query);
  const limit = limitOf(query, MOST_LISTED);
  const wanted = matching(vault.jobs.after(sequenceOfMarker(query.get('marker'))), isWanted);
  const page = firstOf(wanted, ({ job }) => sequenceKey(job.sequence), limit);
  const JobList = page.items.map((record) => describeJob(record, glacier.vaultArn(vault.name)));
  return { status: 200, json: { JobList, Marker: page.marker } };
}

function filterOf(query: URLSearchParams): (record: JobRecord) => boolean {
  const status = query.get('statuscode');
  if (status !== null && !STATUS_CODES.includes(status)) {
    throw invalidParameter(`The job status code is not valid: ${status}`);
  }
  const completed = query.get('completed');
  if (completed !== null && completed !== 'true' && completed !== 'false') {
    throw invalidParameter(`The value for completed is not valid: ${completed}`);
  }
  return ({ outcome }) =>
    (status === null || status === (outcome?.status ?? 'InProgress')) &&
    (completed === null || (completed === 'true') === (outcome !== null));
}

function* matching<Item>(items: Iterable<Item>, isWanted: (item: Item) => boolean): Generator<Item> {
  for (const item of items) {
    if (isWanted(item)) yield item;
  }
}
