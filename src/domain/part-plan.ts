/** How an archive is split: into ranges that one activity moves, and into parts of an S3 multipart upload. */

export const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Default for `wholeLimitBytes` of a run: archives up to this size need no multipart upload. */
export const WHOLE_LIMIT_BYTES = 64 * MIB;
/** Default for `minPartBytes` of a run. */
export const MIN_PART_BYTES = 16 * MIB;
/** The first power of two above S3's minimum of 5 MiB. */
export const SMALLEST_PART_BYTES = 8 * MIB;
/** Glacier's maximum archive size: 40,000 GiB, 10,000 parts of 4 GiB. */
export const MAX_ARCHIVE_BYTES = 40_000 * GIB;

const MOST_PARTS = 10_000;
const LEAST_RANGE_BYTES = GIB;
/** Keeps the history of an archive workflow near 3,000 events for any size. */
const MOST_RANGES = 500;

/** Sizes are powers of two in MiB, so each part and each range (the short last one too) is tree-hash aligned. */
export interface PartPlan {
  readonly sizeBytes: number;
  readonly partBytes: number;
  readonly partCount: number;
  readonly rangeBytes: number;
  readonly rangeCount: number;
}

/** Bytes [startByte, endByte) of the archive, which are its parts firstPart … lastPart (1-based, inclusive). */
export interface PartRange {
  readonly startByte: number;
  readonly endByte: number;
  readonly firstPart: number;
  readonly lastPart: number;
}

const doubledUntil = (least: number, enough: (value: number) => boolean): number => {
  let value = least;
  while (!enough(value)) value *= 2;
  return value;
};

/**
 * The parts and ranges of an archive. 40,000 GiB give exactly 10,000 parts of 4 GiB, S3's and Glacier's common limit.
 * Source: alignment and chunk rule of the Glacier developer guide; S3 multipart upload limits.
 * @param minPartBytes a power of two, so that parts are nodes of the tree hash
 */
export function planParts(sizeBytes: number, minPartBytes: number): PartPlan {
  const partBytes = doubledUntil(minPartBytes, (part) => Math.ceil(sizeBytes / part) <= MOST_PARTS);
  const rangeBytes = doubledUntil(
    Math.max(LEAST_RANGE_BYTES, partBytes),
    (range) => Math.ceil(sizeBytes / range) <= MOST_RANGES,
  );
  return {
    sizeBytes,
    partBytes,
    partCount: Math.ceil(sizeBytes / partBytes),
    rangeBytes,
    rangeCount: Math.ceil(sizeBytes / rangeBytes),
  };
}

/** Range number `range` (0-based) of a plan. */
export function rangeOf(plan: PartPlan, range: number): PartRange {
  const startByte = range * plan.rangeBytes;
  const endByte = Math.min(startByte + plan.rangeBytes, plan.sizeBytes);
  return {
    startByte,
    endByte,
    firstPart: startByte / plan.partBytes + 1,
    lastPart: Math.ceil(endByte / plan.partBytes),
  };
}

/** Length of a part (1-based) of a plan. */
export function partLength(plan: PartPlan, part: number): number {
  return Math.min(plan.partBytes, plan.sizeBytes - (part - 1) * plan.partBytes);
}
