import type { ArchiveRow } from '../wire/inventory';
import type { Receipt } from '../wire/receipt';

/** One archive as the records of its run have it; the receipt is null as long as none was written. */
export interface RecordedArchive {
  readonly row: ArchiveRow;
  readonly receipt: Receipt | null;
}

/** What can be wrong with an archive that was called verified, or with the records of its run. */
export type DifferenceKind =
  /** Nothing stands under the key. */
  | 'missing'
  /** Another version than the verified one is the current one. */
  | 'version'
  | 'size'
  /** Another checksum of the whole object (SHA-256 or CRC32), or none. */
  | 'checksum'
  | 'etag'
  /** The metadata name another archive, or none. */
  | 'metadata'
  /** The bytes do not hash to the tree hash of the inventory. */
  | 'bytes'
  /** The receipt does not agree with the list of archives. */
  | 'receipt'
  /** The run is over, but the archive has no receipt. */
  | 'no-receipt';

/** One point in which an archive differs; the message is a part of a sentence. */
export interface Finding {
  readonly kind: DifferenceKind;
  readonly message: string;
}

/** All that is wrong with one archive. */
export interface Difference {
  readonly row: ArchiveRow;
  readonly findings: readonly Finding[];
}
