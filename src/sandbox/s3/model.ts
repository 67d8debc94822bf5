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

/** What the headers of PutObject and CreateMultipartUpload set. */
export interface ObjectSettings {
  readonly storageClass: StorageClass;
  /** Content-Type and its kin, names in lower case. */
  readonly systemMetadata: Readonly<Record<string, string>>;
  /** Names without `x-amz-meta-`, in lower case. */
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
}

/** A stretch of bytes in a file of its own: a part, or a whole object. */
export interface StoredPart {
  readonly partNumber: number;
  readonly fileId: string;
  readonly sizeBytes: number;
  /** Hex, no quotes. */
  readonly md5: string;
  readonly checksums: ChecksumValues;
  readonly modifiedMs: number;
}

export interface StoredObject extends ObjectSettings {
  readonly key: string;
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
}

export interface UploadStart extends ObjectSettings {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly checksum: UploadChecksum;
}

/** An open multipart upload. */
export interface Upload extends UploadStart {
  readonly parts: ReadonlyMap<number, StoredPart>;
}

/** What the journal keeps, one line each. */
export type StoreEvent =
  | { readonly type: 'bucket-created'; readonly bucket: string; readonly region: string; readonly createdMs: number }
  | { readonly type: 'bucket-deleted'; readonly bucket: string }
  | { readonly type: 'object-stored'; readonly bucket: string; readonly object: StoredObject }
  | { readonly type: 'object-deleted'; readonly bucket: string; readonly key: string }
  | { readonly type: 'object-tagged'; readonly bucket: string; readonly key: string; readonly tags: readonly Tag[] }
  | { readonly type: 'object-restored'; readonly bucket: string; readonly key: string; readonly untilMs: number }
  | { readonly type: 'upload-created'; readonly bucket: string; readonly upload: UploadStart }
  | { readonly type: 'part-stored'; readonly bucket: string; readonly uploadId: string; readonly part: StoredPart }
  | { readonly type: 'upload-aborted'; readonly bucket: string; readonly uploadId: string }
  | {
      readonly type: 'upload-completed';
      readonly bucket: string;
      readonly uploadId: string;
      readonly object: StoredObject;
    };
