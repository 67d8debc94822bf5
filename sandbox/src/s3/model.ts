import type { Checksum, ChecksumValues } from './checksums/algorithms';
import type { UploadChecksum } from './checksums/multipart';

export const STORAGE_CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
] as const;
export type StorageClass = (typeof STORAGE_CLASSES)[number];

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Encryption by a key of KMS. */
export interface KmsEncryption {
  readonly keyArn: string;
  readonly bucketKey: boolean;
}

/** Object Lock: until then the version cannot be deleted. */
export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly untilMs: number;
}

/** What the headers of PutObject and CreateMultipartUpload, and the bucket's defaults, set. */
export interface ObjectSettings {
  readonly storageClass: StorageClass;
  /** Content-Type and similar headers, names in lower case. */
  readonly systemMetadata: Readonly<Record<string, string>>;
  /** Names without `x-amz-meta-`, in lower case. */
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  /** Absent: encrypted by S3's own keys. */
  readonly kms?: KmsEncryption | undefined;
  readonly retention?: Retention | undefined;
  /** Absent: never set. */
  readonly legalHold?: 'ON' | 'OFF' | undefined;
}

/** The bytes of one file: a part, or a whole object. */
export interface StoredPart {
  readonly partNumber: number;
  readonly fileId: string;
  readonly sizeBytes: number;
  /** Hex, no quotes. */
  readonly md5: string;
  /** Without quotes; absent: the MD5. */
  readonly etag?: string | undefined;
  readonly checksums: ChecksumValues;
  readonly modifiedMs: number;
}

export interface StoredObject extends ObjectSettings {
  readonly key: string;
  /** Absent: the null version, written while versioning was not enabled. */
  readonly versionId?: string | undefined;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum: Checksum;
  readonly modifiedMs: number;
  /** The object's bytes in order. A multipart object stays a list of its parts' files. */
  readonly parts: readonly StoredPart[];
  /** Null: written by PutObject. */
  readonly uploadChecksum: UploadChecksum | null;
  /** An archived object is readable until then; null: not restored. */
  readonly restoredUntilMs: number | null;
  /** When the restoration is done; absent: at once. */
  readonly restoredFromMs?: number | undefined;
}

/** What DeleteObject leaves as the newest version if the bucket has or had versioning. */
export interface DeleteMarker {
  readonly key: string;
  /** Absent: the null version. */
  readonly versionId?: string | undefined;
  readonly markedMs: number;
}

export type Version = StoredObject | DeleteMarker;

export const isDeleteMarker = (version: Version): version is DeleteMarker => 'markedMs' in version;

/** How versions are named on the wire. */
export const versionName = ({ versionId }: Pick<Version, 'versionId'>): string => versionId ?? 'null';

export const partEtag = (part: StoredPart): string => part.etag ?? part.md5;

export interface UploadStart extends ObjectSettings {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly checksum: UploadChecksum;
}

/** An open multipart upload. */
export interface Upload extends UploadStart {
  readonly parts: ReadonlyMap<number, StoredPart>;
  /** Whether its key was written or deleted since it was created. */
  readonly keyChanged: boolean;
}
