import { archiveBytes, archiveTreeHash } from './archive-content';
import { type Glacier, requireVault } from './environment';
import { invalidParameter } from './errors';
import { type GlacierRequest, header, type Reply } from './http';
import { requireJob } from './jobs';
import type { ArchiveJob, InventoryJob, InventoryOutput, JobRecord } from './model';
import { type ByteRange, parseRangeHeader, rangeText, sizeOf } from './range';
import { leavesOfHeader } from './tree-hash-header';

/** The bytes of a finished job, or a range of them; the range counts from the start of the job's own range. */
export async function getJobOutput(glacier: Glacier, request: GlacierRequest): Promise<Reply> {
  const record = requireJob(requireVault(glacier, request.path.vault), request.path.job);
  const output = outputOf(glacier, record);
  if (output === null) {
    throw invalidParameter(`The job is not currently available for download: ${record.job.id}`);
  }
  const outputBytes = output.sizeBytes;
  const rangeHeader = header(request, 'range');
  const range = rangeHeader === null ? { start: 0, end: outputBytes - 1 } : parseRangeHeader(rangeHeader, outputBytes);
  Object.assign(request.call.detail, { range: rangeText(range) });
  const { headers, bytes } = await output.read(range);
  return {
    status: rangeHeader === null ? 200 : 206,
    headers: {
      'Accept-Ranges': 'bytes',
      'Content-Length': String(sizeOf(range)),
      ...(rangeHeader !== null && { 'Content-Range': `bytes ${rangeText(range)}/${outputBytes}` }),
      ...headers,
    },
    bytes,
  };
}

type Content = Required<Pick<Reply, 'headers' | 'bytes'>>;

interface Output {
  readonly sizeBytes: number;
  /** @param range counts from the start of the output */
  read(range: ByteRange): Promise<Content>;
}

/** Null unless the job has succeeded. */
function outputOf(glacier: Glacier, { job, outcome, output }: JobRecord): Output | null {
  if (outcome?.status !== 'Succeeded') return null;
  if (job.kind === 'archive') {
    return { sizeBytes: sizeOf(job.range), read: (range) => archiveContent(glacier, job, range) };
  }
  return (
    output && { sizeBytes: output.sizeBytes, read: async (range) => inventoryContent(glacier, job, output, range) }
  );
}

async function archiveContent(glacier: Glacier, job: ArchiveJob, range: ByteRange): Promise<Content> {
  const { archive } = job;
  const inArchive = { start: job.range.start + range.start, end: job.range.start + range.end };
  const leaves = leavesOfHeader(glacier.treeHashHeader, job.range, inArchive, archive.sizeBytes);
  const treeHash = leaves && (await archiveTreeHash(glacier.blobs, archive, leaves));
  return {
    headers: {
      'Content-Type': 'application/octet-stream',
      ...(archive.description !== '' && { 'x-amz-archive-description': archive.description }),
      ...(treeHash !== null && { 'x-amz-sha256-tree-hash': treeHash }),
    },
    bytes: archiveBytes(glacier.blobs, archive, inArchive),
  };
}

function inventoryContent(glacier: Glacier, job: InventoryJob, output: InventoryOutput, range: ByteRange): Content {
  return {
    headers: { 'Content-Type': job.parameters.format === 'JSON' ? 'application/json' : 'text/csv' },
    bytes: glacier.blobs.read([output], range),
  };
}
