import type { ByteRange } from './range';

export const TIERS = ['Expedited', 'Standard', 'Bulk'] as const;
export type Tier = (typeof TIERS)[number];

/** Bytes in one file of the blob store. */
export interface Blob {
  readonly file: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly treeHash: string;
}

export interface Archive {
  readonly id: string;
  /** Rises with everything the service stores: the place in lists. So in uploads and jobs. */
  readonly sequence: number;
  readonly description: string;
  /** ISO 8601, as every date here. */
  readonly creationDate: string;
  readonly sizeBytes: number;
  readonly treeHash: string;
  /** In order; more than one for a multipart archive, all but the last of one power-of-two number of MiB. */
  readonly blobs: readonly Blob[];
}

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

interface JobBase {
  readonly id: string;
  readonly sequence: number;
  readonly description: string | null;
  readonly snsTopic: string | null;
  readonly creationDate: string;
  /** When the job completes, in milliseconds since 1970. */
  readonly dueAtMs: number;
}

export interface ArchiveJob extends JobBase {
  readonly kind: 'archive';
  /** As it was when the job began: the bytes outlive a deletion of the archive until the job expires. */
  readonly archive: Archive;
  readonly range: ByteRange;
  readonly rangeTreeHash: string | null;
  readonly tier: Tier;
}

export interface InventoryJob extends JobBase {
  readonly kind: 'inventory';
  readonly parameters: InventoryParameters;
  /** Where the next page begins; null when this one ends the inventory. */
  readonly nextMarker: string | null;
  readonly outputFile: string;
  readonly outputBytes: number;
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
}

export interface JobRecord {
  readonly job: Job;
  /** Null while the job is running. */
  readonly outcome: JobOutcome | null;
}

/** One vault as handlers see it. Only the store changes it. */
export interface Vault {
  readonly name: string;
  readonly creationDate: string;
  /** Of the last archive stored or deleted; null when there never was one. */
  readonly lastWriteDate: string | null;
  readonly sizeBytes: number;
  /** By id, oldest first, as are the maps below. */
  readonly archives: ReadonlyMap<string, Archive>;
  readonly uploads: ReadonlyMap<string, OpenUpload>;
  /** Archive ids of completed uploads, by upload id. */
  readonly completedUploads: ReadonlyMap<string, string>;
  readonly jobs: ReadonlyMap<string, JobRecord>;
  readonly notifications: Notifications | null;
}
