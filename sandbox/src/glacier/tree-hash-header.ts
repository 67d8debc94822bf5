import type { ByteRange } from './range';
import { alignedLeaves, type LeafRange, wholeLeaves } from './tree-hash';

/**
 * When GetJobOutput sends x-amz-sha256-tree-hash. AWS's two documents differ, and it is not known which one is right.
 * `guide`, the developer guide: the job's range and the requested one are both tree-hash aligned. `model`, the service
 * model: the bytes are the whole archive, or begin and end on MiB, or begin on a MiB and end with the archive. `never`.
 */
export type TreeHashHeader = 'guide' | 'model' | 'never';

/** The leaves whose hash goes into the header, or null without a header. Both ranges count from the archive's start. */
export function leavesOfHeader(
  rule: TreeHashHeader,
  jobRange: ByteRange,
  range: ByteRange,
  archiveBytes: number,
): LeafRange | null {
  switch (rule) {
    case 'guide':
      return alignedLeaves(jobRange, archiveBytes) && alignedLeaves(range, archiveBytes);
    case 'model':
      return wholeLeaves(range, archiveBytes);
    case 'never':
      return null;
  }
}
