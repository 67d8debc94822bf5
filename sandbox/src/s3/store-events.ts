import type { BucketSettings } from './bucket-settings';
import type { DeleteMarker, StoredObject, StoredPart, Tag, UploadStart } from './model';

/** Which version an event is about. */
interface VersionAddress {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** What the journal stores, one line each. Events on an object without `versionId` mean its null version. */
export type StoreEvent =
  | {
      readonly type: 'bucket-created';
      readonly bucket: string;
      readonly region: string;
      readonly createdMs: number;
      readonly settings?: Partial<BucketSettings> | undefined;
    }
  | { readonly type: 'bucket-changed'; readonly bucket: string; readonly changes: Partial<BucketSettings> }
  | { readonly type: 'bucket-deleted'; readonly bucket: string }
  | { readonly type: 'object-stored'; readonly bucket: string; readonly object: StoredObject }
  | { readonly type: 'marker-stored'; readonly bucket: string; readonly marker: DeleteMarker }
  | ({ readonly type: 'object-deleted' } & VersionAddress)
  | ({ readonly type: 'object-tagged'; readonly tags: readonly Tag[] } & VersionAddress)
  | ({ readonly type: 'object-restored'; readonly untilMs: number; readonly fromMs?: number } & VersionAddress)
  | { readonly type: 'upload-created'; readonly bucket: string; readonly upload: UploadStart }
  | { readonly type: 'part-stored'; readonly bucket: string; readonly uploadId: string; readonly part: StoredPart }
  | { readonly type: 'upload-aborted'; readonly bucket: string; readonly uploadId: string }
  | {
      readonly type: 'upload-completed';
      readonly bucket: string;
      readonly uploadId: string;
      readonly object: StoredObject;
    };
