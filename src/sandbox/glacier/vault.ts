import type { Archives } from './archive-index';
import type { Jobs } from './job-index';
import type { EndedUpload, Notifications, OpenUpload, VaultLock } from './model';

/** One vault as handlers see it. Only the store changes it. */
export interface Vault {
  readonly name: string;
  readonly creationDate: string;
  /** Of the first archive stored; null when there never was one. */
  readonly firstWriteDate: string | null;
  /** Of the last archive stored or deleted; null when there never was one. */
  readonly lastWriteDate: string | null;
  readonly archives: Archives;
  readonly jobs: Jobs;
  /** By id, oldest first. */
  readonly uploads: ReadonlyMap<string, OpenUpload>;
  readonly endedUploads: ReadonlyMap<string, EndedUpload>;
  readonly notifications: Notifications | null;
  /** A JSON policy document. */
  readonly accessPolicy: string | null;
  readonly lock: VaultLock | null;
}
