import { archiveTreeHash } from './archive-hash';
import { type Glacier, requireVault } from './environment';
import { invalidParameter } from './errors';
import { type GlacierRequest, header, type Reply } from './http';
import { requireJob } from './jobs';
import type { ArchiveJob, InventoryJob } from './model';
import { type ByteRange, parseRangeHeader, rangeText, sizeOf } from './range';
import { leavesOfHeader } from './tree-hash-header';

/** The bytes of a finished job, or a range of them; the range counts from the start of the job's own range. */
export async function getJobOutput(glacier: Glacier, request: GlacierRequest): Promise<Reply> {
  const { job, outcome } = requireJob(requireVault(glacier, request.path.vault), request.path.job);
  if (outcome?.status !== 'Succeeded') {
    throw invalidParameter(`The job is not currently available for download: ${job.id}`);
  }
  const outputBytes = job.kind === 'archive' ? sizeOf(job.range) : job.outputBytes;
  const rangeHeader = header(request, 'range');
  const range = rangeHeader === null ? { start: 0, end: outputBytes - 1 } : parseRangeHeader(rangeHeader, outputBytes);
  Object.assign(request.call.detail, { range: rangeText(range) });
  const output =
    job.kind === 'archive' ? await archiveOutput(glacier, job, range) : inventoryOutput(glacier, job, range);
  return {
    status: rangeHeader === null ? 200 : 206,
    headers: {
      'Accept-Ranges': 'bytes',
      'Content-Length': String(sizeOf(range)),
      ...(rangeHeader !== null && { 'Content-Range': `bytes ${rangeText(range)}/${outputBytes}` }),
      ...output.headers,
    },
    bytes: output.bytes,
  };
}

type Output = Required<Pick<Reply, 'headers' | 'bytes'>>;

async function archiveOutput(glacier: Glacier, job: ArchiveJob, range: ByteRange): Promise<Output> {
  const { archive } = job;
  const inArchive = { start: job.range.start + range.start, end: job.range.start + range.end };
  const leaves = leavesOfHeader(glacier.treeHashHeader, job.range, inArchive, archive.sizeBytes);
  const treeHash = leaves && (await archiveTreeHash(glacier, archive, leaves));
  return {
    headers: {
      'Content-Type': 'application/octet-stream',
      ...(archive.description !== '' && { 'x-amz-archive-description': archive.description }),
      ...(treeHash !== null && { 'x-amz-sha256-tree-hash': treeHash }),
    },
    bytes: glacier.blobs.read(archive.blobs, inArchive),
  };
}

function inventoryOutput(glacier: Glacier, job: InventoryJob, range: ByteRange): Output {
  return {
    headers: { 'Content-Type': job.parameters.format === 'JSON' ? 'application/json' : 'text/csv' },
    bytes: glacier.blobs.read([{ file: job.outputFile, sizeBytes: job.outputBytes }], range),
  };
}
