import type { CallRecord } from './calls';
import type { FaultScript } from './faults/rules';
import type { InventoryMode, JobDelaysMs, TreeHashHeader } from './glacier';
import type { DiscardBodies } from './s3';

export interface SandboxOptions {
  /** Created if missing. A sandbox continues with the data of an earlier one. Only one sandbox at a time may use it. */
  readonly dataDir: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** Speed of the sandbox's clock, as a multiple of real time. @default 1 */
  readonly clockRate?: number;
  /** How long Glacier jobs take, in the sandbox's time: 2 s, or as long as on AWS. @default 'short' */
  readonly delays?: 'short' | 'aws';
  /** Overrides `delays` for some kinds of jobs. */
  readonly delaysMs?: Partial<JobDelaysMs>;
  /** When the inventory of a vault is taken. @default 'fresh', on each request if the vault has changed */
  readonly inventory?: InventoryMode;
  /** Which of AWS's two rules decides for which ranges GetJobOutput returns a tree hash. @default 'guide' */
  readonly treeHashHeader?: TreeHashHeader;
  /** S3 checks and hashes bodies, but stores only those under some prefixes. @default null, all are stored */
  readonly discardBodies?: DiscardBodies | null;
  /** YAML file of the access keys whose signatures are accepted, with their policies. @default all credentials are accepted */
  readonly credentialsFile?: string;
  /** Faults to inject from the start. @default none */
  readonly faults?: FaultScript;
  /** YAML file of a {@link FaultScript}. @default none */
  readonly faultsFile?: string;
  /** Called after each call has ended. */
  readonly onCall?: (call: CallRecord) => void;
}
