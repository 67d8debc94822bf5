import { randomBytes } from 'node:crypto';
import type { Call } from '../service';
import type { BlobStore } from './blobs';
import type { JobDelays } from './delays';
import { invalidParameter, notFound } from './errors';
import type { JobLifecycle } from './lifecycle';
import type { JobFaults } from './model';
import type { Store } from './store';
import type { TreeHashHeader } from './tree-hash-header';
import type { Vault } from './vault';

/** Dependencies of every handler. */
export interface Glacier {
  readonly accountId: string;
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly jobs: JobLifecycle;
  readonly delays: JobDelays;
  readonly treeHashHeader: TreeHashHeader;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly vaultArn: (vault: string) => string;
  readonly topicExists: (topicArn: string) => boolean;
  /** The faults of a job that a call initiates. */
  readonly jobFaultsOf: (call: Call, facts: Readonly<Record<string, string>>) => JobFaults;
}

export const isoDate = (ms: number): string => new Date(ms).toISOString();

const JOB_ID_LENGTH = 92;
const ARCHIVE_ID_LENGTH = 138;
const LOCK_ID_LENGTH = 24;
const randomId = (length: number): string => randomBytes(length).toString('base64url').slice(0, length);
export const newJobId = (): string => randomId(JOB_ID_LENGTH);
export const newUploadId = newJobId;
export const newLockId = (): string => randomId(LOCK_ID_LENGTH);
export const newArchiveId = (): string => randomId(ARCHIVE_ID_LENGTH);

/** @throws GlacierError 404 */
export function requireVault(glacier: Glacier, name: string): Vault {
  const vault = glacier.store.vault(name);
  if (vault === undefined) throw notFound(`Vault not found for ARN: ${glacier.vaultArn(name)}`);
  return vault;
}

/** @throws GlacierError for a topic that does not exist; whether Glacier may publish to it is not checked, as in AWS */
export function requireTopic(glacier: Glacier, topicArn: string): void {
  if (!glacier.topicExists(topicArn)) throw invalidParameter(`Invalid SNS topic: ${topicArn}`);
}

const DESCRIPTION = /^[\x20-\x7e]{0,1024}$/;

/** A description of an archive or a job. @throws GlacierError unless it is at most 1,024 characters of ASCII 32 to 126 */
export function checkedDescription(description: string): string {
  if (!DESCRIPTION.test(description)) {
    throw invalidParameter('Invalid description: at most 1,024 characters of ASCII 32 to 126.');
  }
  return description;
}
