import type { CallRecord } from './calls';
import type { FaultScript } from './faults/rules';
import type { InventoryMode, JobDelaysMs, TreeHashHeader } from './glacier';
import type { DiscardBodies } from './s3';

export interface SandboxOptions {
  /** Created when missing; what an earlier sandbox left in it is taken up. One sandbox at a time. */
  readonly dataDir: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** How many times as fast as real time the sandbox's time passes. @default 1 */
  readonly clockRate?: number;
  /** How long Glacier jobs take, in the sandbox's time: 2 s, or as long as on AWS. @default 'short' */
  readonly delays?: 'short' | 'aws';
  /** Kinds of jobs that take other times than `delays` says. */
  readonly delaysMs?: Partial<JobDelaysMs>;
  /** When the inventory of a vault is taken. @default 'fresh', whenever it is asked for and the vault has changed */
  readonly inventory?: InventoryMode;
  /** By which of AWS's rules GetJobOutput gives the tree hash of a range. @default 'guide' */
  readonly treeHashHeader?: TreeHashHeader;
  /** S3 checks and hashes bodies but keeps only those below some prefixes. @default null, it keeps all */
  readonly discardBodies?: DiscardBodies | null;
  /** Names the access keys whose signatures are accepted, and what each may do. @default any credentials may do all */
  readonly credentialsFile?: string;
  /** What goes wrong from the start. @default nothing */
  readonly faults?: FaultScript;
  /** Told of every call when it has ended. */
  readonly onCall?: (call: CallRecord) => void;
}
