import { type Glacier, isoDate, newJobId, requireTopic, requireVault } from './environment';
import { invalidParameter, notFound } from './errors';
import { type GlacierRequest, readJsonObject, type Reply } from './http';
import { inventoryText, selectArchives } from './inventory';
import { describeJob } from './job-description';
import { type ArchiveJobRequest, type InventoryJobRequest, invalidRange, parseJobRequest } from './job-request';
import type { Archive, ArchiveJob, InventoryJob, Job, JobRecord, Tier, Vault } from './model';
import { pageOf, sequenceKey } from './page';
import { type ByteRange, rangeText } from './range';
import { alignedLeaves, MIB } from './tree-hash';

const MOST_LISTED = 50;

export async function initiateJob(glacier: Glacier, request: GlacierRequest): Promise<Reply> {
  requireVault(glacier, request.path.vault);
  const wanted = parseJobRequest(await readJsonObject(request));
  if (wanted.snsTopic !== null) requireTopic(glacier, wanted.snsTopic);
  const job =
    wanted.kind === 'archive'
      ? await archiveJob(glacier, request, wanted)
      : await inventoryJob(glacier, request, wanted);
  glacier.jobs.start(requireVault(glacier, request.path.vault), job);
  return {
    status: 202,
    headers: {
      'x-amz-job-id': job.id,
      Location: `/${glacier.accountId}/vaults/${request.path.vault}/jobs/${job.id}`,
    },
  };
}

async function archiveJob(glacier: Glacier, request: GlacierRequest, wanted: ArchiveJobRequest): Promise<ArchiveJob> {
  const archive = requireVault(glacier, request.path.vault).archives.get(wanted.archiveId);
  if (archive === undefined) throw notFound(`The archive ID was not found: ${wanted.archiveId}`);
  const range = checkedRange(wanted.range, archive);
  const leaves = alignedLeaves(range, archive.sizeBytes);
  const rangeTreeHash = leaves && (await glacier.blobs.treeHash(archive.blobs, leaves));
  const job: ArchiveJob = {
    ...newJob(glacier, wanted, delayMsOf(glacier, wanted.tier)),
    kind: 'archive',
    archive,
    range,
    rangeTreeHash,
    tier: wanted.tier,
  };
  Object.assign(request.call.detail, { job: job.id, archive: archive.id, tier: job.tier, range: rangeText(range) });
  return job;
}

/** The whole archive unless asked otherwise. @throws GlacierError unless it begins and ends on MiB, or ends the archive */
function checkedRange(wanted: ByteRange | null, archive: Archive): ByteRange {
  if (wanted === null) return { start: 0, end: archive.sizeBytes - 1 };
  const endsWell = (wanted.end + 1) % MIB === 0 || wanted.end === archive.sizeBytes - 1;
  if (wanted.start % MIB !== 0 || !endsWell || wanted.end >= archive.sizeBytes) throw invalidRange(rangeText(wanted));
  return wanted;
}

/** The inventory is written now and kept: what happens to the vault while the job runs does not change it. */
async function inventoryJob(
  glacier: Glacier,
  request: GlacierRequest,
  wanted: InventoryJobRequest,
): Promise<InventoryJob> {
  const vault = requireVault(glacier, request.path.vault);
  const vaultArn = glacier.vaultArn(vault.name);
  if (vault.lastWriteDate === null) {
    throw notFound(
      `Inventory retrieval jobs for vault ${vaultArn} cannot be initiated yet, as Amazon Glacier has not yet generated an initial inventory for this vault.`,
    );
  }
  const archives = selectArchives(vault, wanted.parameters);
  const text = inventoryText(wanted.parameters.format, vaultArn, glacier.now(), archives.items);
  const output = await glacier.blobs.writeText(text);
  const job: InventoryJob = {
    ...newJob(glacier, wanted, glacier.delaysMs.inventory),
    kind: 'inventory',
    parameters: wanted.parameters,
    nextMarker: archives.marker,
    outputFile: output.file,
    outputBytes: output.sizeBytes,
  };
  Object.assign(request.call.detail, { job: job.id, archives: archives.items.length });
  return job;
}

function newJob(
  glacier: Glacier,
  wanted: ArchiveJobRequest | InventoryJobRequest,
  delayMs: number,
): Pick<Job, 'id' | 'sequence' | 'description' | 'snsTopic' | 'creationDate' | 'dueAtMs'> {
  const nowMs = glacier.now();
  return {
    id: newJobId(),
    sequence: glacier.store.nextSequence(),
    description: wanted.description,
    snsTopic: wanted.snsTopic,
    creationDate: isoDate(nowMs),
    dueAtMs: nowMs + delayMs,
  };
}

function delayMsOf(glacier: Glacier, tier: Tier): number {
  switch (tier) {
    case 'Bulk':
      return glacier.delaysMs.bulk;
    case 'Standard':
      return glacier.delaysMs.standard;
    case 'Expedited':
      return glacier.delaysMs.expedited;
  }
}

/** @throws GlacierError 404 for a job that never was, and for one that expired */
export function requireJob(vault: Vault, jobId: string): JobRecord {
  const record = vault.jobs.get(jobId);
  if (record === undefined) throw notFound(`The job ID was not found: ${jobId}`);
  return record;
}

export function describeOneJob(glacier: Glacier, { path }: GlacierRequest): Reply {
  const record = requireJob(requireVault(glacier, path.vault), path.job);
  return { status: 200, json: describeJob(record, glacier.vaultArn(path.vault)) };
}

const STATUS_CODES = ['InProgress', 'Succeeded', 'Failed'];

export function listJobs(glacier: Glacier, { path, query }: GlacierRequest): Reply {
  const vault = requireVault(glacier, path.vault);
  const status = query.get('statuscode');
  if (status !== null && !STATUS_CODES.includes(status)) {
    throw invalidParameter(`The job status code is not valid: ${status}`);
  }
  const completed = query.get('completed');
  if (completed !== null && completed !== 'true' && completed !== 'false') {
    throw invalidParameter(`The value for completed is not valid: ${completed}`);
  }
  const wanted = [...vault.jobs.values()].filter(
    ({ outcome }) =>
      (status === null || status === (outcome?.status ?? 'InProgress')) &&
      (completed === null || (completed === 'true') === (outcome !== null)),
  );
  const page = pageOf(wanted, ({ job }) => sequenceKey(job.sequence), query, MOST_LISTED);
  const JobList = page.items.map((record) => describeJob(record, glacier.vaultArn(vault.name)));
  return { status: 200, json: { JobList, Marker: page.marker } };
}
