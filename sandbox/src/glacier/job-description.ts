import type { JobRecord } from './model';
import { rangeText } from './range';

/** The job as DescribeJob, ListJobs and notifications show it: keys in alphabetical order, nulls kept. */
export function describeJob({ job, outcome, output }: JobRecord, vaultArn: string): Record<string, unknown> {
  const archive = job.kind === 'archive' ? job : null;
  const inventory = job.kind === 'inventory' ? job : null;
  return {
    Action: archive === null ? 'InventoryRetrieval' : 'ArchiveRetrieval',
    ArchiveId: archive?.archive.id ?? null,
    ArchiveSHA256TreeHash: archive?.archive.treeHash ?? null,
    ArchiveSizeInBytes: archive?.archive.sizeBytes ?? null,
    Completed: outcome !== null,
    CompletionDate: outcome?.completionDate ?? null,
    CreationDate: job.creationDate,
    InventoryRetrievalParameters: inventory && {
      EndDate: inventory.parameters.endDate,
      Format: inventory.parameters.format,
      Limit: inventory.parameters.limit,
      Marker: outcome === null ? inventory.parameters.marker : (output?.nextMarker ?? null),
      StartDate: inventory.parameters.startDate,
    },
    InventorySizeInBytes: outcome === null ? null : (output?.sizeBytes ?? null),
    JobDescription: job.description,
    JobId: job.id,
    RetrievalByteRange: archive && rangeText(archive.range),
    SHA256TreeHash: archive?.rangeTreeHash ?? null,
    SNSTopic: job.snsTopic,
    StatusCode: outcome?.status ?? 'InProgress',
    StatusMessage: outcome?.message ?? 'Operation in progress.',
    Tier: archive?.tier ?? null,
    VaultARN: vaultArn,
  };
}
