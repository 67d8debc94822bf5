/** A shard is closed before an archive that would exceed one of these. */
export interface ShardLimits {
  readonly archives: number;
  /** Archives with their own workflow. */
  readonly ownArchives: number;
  readonly bytes: number;
}

/**
 * Maximum number of archives with their own workflow in one shard. Each is a child in the shard's history, and each pause
 * signals all of them twice: ten pauses still fit.
 */
export const MAX_OWN_ARCHIVES = 200;
/** 4 TiB. */
export const MAX_SHARD_BYTES = 4 * 2 ** 40;

/** What a shard holds so far. */
export interface ShardFill {
  readonly shard: number;
  readonly archives: number;
  readonly ownArchives: number;
  /** A safe number: below 4 TiB, or a single archive of at most 40,000 GiB. */
  readonly bytes: number;
}

export const FIRST_SHARD: ShardFill = { shard: 0, archives: 0, ownArchives: 0, bytes: 0 };

/**
 * Puts the next archive, in the run's order, into the open shard or, if it does not fit, into the next one.
 * An archive larger than the limit gets its own shard.
 * @returns the shard that now contains the archive
 */
export function placeArchive(
  open: ShardFill,
  archive: { readonly sizeBytes: number; readonly own: boolean },
  limits: ShardLimits,
): ShardFill {
  const filled = withArchive(open, archive);
  const fits =
    filled.archives <= limits.archives && filled.ownArchives <= limits.ownArchives && filled.bytes <= limits.bytes;
  return fits || open.archives === 0 ? filled : withArchive({ ...FIRST_SHARD, shard: open.shard + 1 }, archive);
}

const withArchive = (
  { shard, archives, ownArchives, bytes }: ShardFill,
  { sizeBytes, own }: { readonly sizeBytes: number; readonly own: boolean },
): ShardFill => ({
  shard,
  archives: archives + 1,
  ownArchives: ownArchives + (own ? 1 : 0),
  bytes: bytes + sizeBytes,
});
