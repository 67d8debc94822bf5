import type { Archives, PinnedInventory } from './archive-index';
import type { Jobs } from './job-index';
import type { EndedUpload, Notifications, OpenUpload, VaultLock } from './model';

/** The read interface of one vault for handlers. Only the store changes it. */
export interface Vault {
  readonly name: string;
  readonly creationDate: string;
  /** When the first archive was stored or seeded; null if there never was one. */
  readonly firstWriteDate: string | null;
  /** When the last archive was stored, seeded or deleted; null if there never was one. */
  readonly lastWriteDate: string | null;
  readonly archives: Archives;
  readonly jobs: Jobs;
  /** By job: what inventory jobs without an output yet will list. */
  readonly unwritten: ReadonlyMap<string, PinnedInventory>;
  /** By id, oldest first. */
  readonly uploads: ReadonlyMap<string, OpenUpload>;
  readonly endedUploads: ReadonlyMap<string, EndedUpload>;
  readonly notifications: Notifications | null;
  /** A JSON policy document. */
  readonly accessPolicy: string | null;
  readonly lock: VaultLock | null;
}
