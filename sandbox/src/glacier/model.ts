import type { ByteRange } from './range';
import type { VirtualContent } from './virtual/content';

export const TIERS = ['Expedited', 'Standard', 'Bulk'] as const;
export type Tier = (typeof TIERS)[number];

/** Bytes in one file of the blob store. */
export interface Blob {
  readonly file: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly treeHash: string;
}

interface ArchiveBase {
  readonly id: string;
  /** Increases with everything the service stores: the position in lists. The same in uploads and jobs. */
  readonly sequence: number;
  readonly description: string;
  /** ISO 8601, as every date here. */
  readonly creationDate: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly treeHash: string;
}

export interface StoredArchive extends ArchiveBase {
  /** In order; more than one for a multipart archive, all but the last of one power-of-two number of MiB. */
  readonly blobs: readonly Blob[];
}

/** A seeded archive: its bytes and its tree hash are computed on demand. */
interface VirtualArchive extends ArchiveBase {
  readonly content: VirtualContent;
}

export type Archive = StoredArchive | VirtualArchive;

export interface Upload {
  readonly id: string;
  readonly sequence: number;
  readonly description: string;
  readonly partSizeBytes: number;
  readonly creationDate: string;
}

export interface Notifications {
  readonly SNSTopic: string;
  readonly Events: readonly string[];
}

/** A lock in progress no longer counts once it has expired: see `lockInForce`. */
export interface VaultLock {
  readonly id: string;
  readonly state: 'InProgress' | 'Locked';
  /** A JSON policy document. */
  readonly policy: string;
  readonly creationDate: string;
  /** Null once locked. */
  readonly expirationDate: string | null;
}

/** How much may be retrieved by Standard jobs, in the whole account. */
export type RetrievalRule =
  { readonly strategy: 'None' | 'FreeTier' } | { readonly strategy: 'BytesPerHour'; readonly bytesPerHour: number };

/** The faults of a job. */
export interface JobFaults {
  /** It fails, with this message. */
  readonly failsWith?: string;
  /** Lifetime of its output. */
  readonly outputLifeMs?: number;
  /** Its completion is notified when it starts. */
  readonly isNotifiedEarly?: true;
}

interface JobBase {
  readonly id: string;
  readonly sequence: number;
  readonly description: string | null;
  readonly snsTopic: string | null;
  readonly creationDate: string;
  /** When the job completes, in milliseconds since 1970. */
  readonly dueAtMs: number;
  readonly faults?: JobFaults;
}

export interface ArchiveJob extends JobBase {
  readonly kind: 'archive';
  /** As of the start of the job: the bytes outlive a deletion of the archive until the job expires. */
  readonly archive: Archive;
  readonly range: ByteRange;
  readonly rangeTreeHash: string | null;
  readonly tier: Tier;
}

export interface InventoryJob extends JobBase {
  readonly kind: 'inventory';
  readonly parameters: InventoryParameters;
}

/** The output of an inventory job: a file of the blob store. */
export interface InventoryOutput {
  readonly file: string;
  readonly sizeBytes: number;
  /** Where the next page starts; null if this is the last one. */
  readonly nextMarker: string | null;
}

export type Job = ArchiveJob | InventoryJob;

export interface InventoryParameters {
  readonly format: 'JSON' | 'CSV';
  readonly startDate: string | null;
  readonly endDate: string | null;
  readonly limit: string | null;
  readonly marker: string | null;
}

export interface JobOutcome {
  readonly status: 'Succeeded' | 'Failed';
  readonly message: string;
  readonly completionDate: string;
}

export interface OpenUpload {
  readonly upload: Upload;
  /** By first byte. */
  readonly parts: ReadonlyMap<number, Blob>;
  /** When it was initiated, or its last part was stored. */
  readonly lastActivityDate: string;
}

/** An ended upload: repeating the call that ended it succeeds for some time. */
export interface EndedUpload {
  /** The archive that it became; null if it was aborted. */
  readonly archiveId: string | null;
  readonly date: string;
}

/** How long ending an upload again succeeds; the guide says "a short time". */
export const ENDED_LIFE_MS = 24 * 60 * 60 * 1000;

export interface JobRecord {
  readonly job: Job;
  /** Null while the job is running. */
  readonly outcome: JobOutcome | null;
  /** Null for an archive's job, and for an inventory's until it is written. */
  readonly output: InventoryOutput | null;
}
