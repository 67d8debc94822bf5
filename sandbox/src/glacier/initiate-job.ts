import { archiveTreeHash } from './archive-content';
import { requireRetrievalAllowed } from './data-retrieval-policy';
import { delayKindOf, type JobDelaysMs } from './delays';
import { type Glacier, isoDate, newJobId, requireTopic, requireVault } from './environment';
import { notFound } from './errors';
import { type GlacierRequest, readJsonObject, type Reply } from './http';
import { type ArchiveJobRequest, type InventoryJobRequest, invalidRange, parseJobRequest } from './job-request';
import type { Archive, ArchiveJob, InventoryJob, Job, JobFaults } from './model';
import { type ByteRange, rangeText, sizeOf } from './range';
import { alignedLeaves, MIB } from './tree-hash';
import type { Vault } from './vault';

export async function initiateJob(glacier: Glacier, request: GlacierRequest): Promise<Reply> {
  const { vault } = request.path;
  requireVault(glacier, vault);
  const wanted = parseJobRequest(readJsonObject(request));
  if (wanted.snsTopic !== null) requireTopic(glacier, wanted.snsTopic);
  const job =
    wanted.kind === 'archive'
      ? await startArchiveJob(glacier, request, wanted)
      : startInventoryJob(glacier, request, wanted);
  Object.assign(request.call.detail, { job: job.id, ...(job.kind === 'archive' && detailOf(job)) });
  return {
    status: 202,
    headers: { 'x-amz-job-id': job.id, Location: `/${glacier.accountId}/vaults/${vault}/jobs/${job.id}` },
  };
}

const detailOf = ({ archive, tier, range }: ArchiveJob): Record<string, string> => ({
  archive: archive.id,
  tier,
  range: rangeText(range),
});

/** Like AWS, also accepts a deleted archive that the last inventory still lists: its job fails. */
async function startArchiveJob(
  glacier: Glacier,
  { call, path: { vault: vaultName } }: GlacierRequest,
  wanted: ArchiveJobRequest,
): Promise<ArchiveJob> {
  const archive = requireArchive(requireVault(glacier, vaultName), wanted.archiveId);
  const range = checkedRange(wanted.range, archive);
  const rangeTreeHash = await rangeTreeHashOf(glacier, vaultName, archive, range);

  // No await from here on: archive, retrieval policy and sequence are still current when the job starts.
  const vault = requireVault(glacier, vaultName);
  requireArchive(vault, wanted.archiveId);
  if (wanted.tier === 'Standard') requireRetrievalAllowed(glacier, sizeOf(range));
  const { tier } = wanted;
  const faults = glacier.jobFaultsOf(call, { vault: vaultName, archive: archive.id, tier, type: 'archive-retrieval' });
  const base = newJob(glacier, wanted, delayKindOf(tier), faults);
  const job: ArchiveJob = { ...base, kind: 'archive', archive, range, rangeTreeHash, tier };
  glacier.jobs.start(vault, job);
  return job;
}

function requireArchive(vault: Vault, archiveId: string): Archive {
  const archive = vault.archives.find(archiveId);
  if (archive === undefined) throw notFound(`The archive ID was not found: ${archiveId}`);
  return archive;
}

/** The whole archive by default. @throws GlacierError unless the range starts and ends on MiB, or ends the archive */
function checkedRange(wanted: ByteRange | null, archive: Archive): ByteRange {
  if (wanted === null) return { start: 0, end: archive.sizeBytes - 1 };
  const endsWell = (wanted.end + 1) % MIB === 0 || wanted.end === archive.sizeBytes - 1;
  if (wanted.start % MIB !== 0 || !endsWell || wanted.end >= archive.sizeBytes) throw invalidRange(rangeText(wanted));
  return wanted;
}

/** Null if the range is not aligned, and if the archive's bytes are gone: its job will fail. */
async function rangeTreeHashOf(
  glacier: Glacier,
  vaultName: string,
  archive: Archive,
  range: ByteRange,
): Promise<string | null> {
  const isLiving = requireVault(glacier, vaultName).archives.get(archive.id) !== undefined;
  const leaves = isLiving ? alignedLeaves(range, archive.sizeBytes) : null;
  return leaves && archiveTreeHash(glacier.blobs, archive, leaves);
}

/** Its contents are fixed now and written later: changes to the vault while the job runs do not affect it. */
function startInventoryJob(
  glacier: Glacier,
  { call, path: { vault: vaultName } }: GlacierRequest,
  wanted: InventoryJobRequest,
): InventoryJob {
  const vault = requireVault(glacier, vaultName);
  if (glacier.store.inventory(vault, glacier.now()) === null) {
    throw notFound(
      `Inventory retrieval jobs for vault ${glacier.vaultArn(vaultName)} cannot be initiated yet, as Amazon Glacier has not yet generated an initial inventory for this vault.`,
    );
  }
  const faults = glacier.jobFaultsOf(call, { vault: vaultName, type: 'inventory-retrieval' });
  const job: InventoryJob = {
    ...newJob(glacier, wanted, 'inventory', faults),
    kind: 'inventory',
    parameters: wanted.parameters,
  };
  glacier.jobs.start(vault, job);
  return job;
}

function newJob(
  glacier: Glacier,
  wanted: ArchiveJobRequest | InventoryJobRequest,
  kind: keyof JobDelaysMs,
  faults: JobFaults,
): Pick<Job, 'id' | 'sequence' | 'description' | 'snsTopic' | 'creationDate' | 'dueAtMs' | 'faults'> {
  const nowMs = glacier.now();
  const sequence = glacier.store.nextSequence();
  return {
    id: newJobId(),
    sequence,
    description: wanted.description,
    snsTopic: wanted.snsTopic,
    creationDate: isoDate(nowMs),
    dueAtMs: nowMs + glacier.delays(kind, sequence),
    ...(Object.keys(faults).length > 0 && { faults }),
  };
}
