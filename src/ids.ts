/** Every workflow id, task queue, AWS resource name and object key that the product generates. */

/** Task queue of workflows and light activities; needed to start a run with the Temporal CLI. */
export const CONTROL_QUEUE = 'glacier-transfer';
/** Task queue of the activities that move bytes. */
export const BYTES_QUEUE = 'glacier-transfer-bytes';
/** Worker deployment of all versions of our workers. */
export const DEPLOYMENT_NAME = 'glacier-transfer';

/** Name of the SNS topic, of the SQS queue behind it, and of that queue's dead-letter queue. */
export const TOPIC_NAME = 'glacier-transfer';
export const QUEUE_NAME = 'glacier-transfer';
export const DEAD_LETTER_QUEUE_NAME = 'glacier-transfer-dead-letters';

/** A run's name is its workflow id, a folder name in S3 and part of every job description: plain ASCII, no slash, no colon. */
export const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
export const RUN_NAME_RULE = 'a run name is 1 to 100 of A-Z a-z 0-9 . _ - and starts with a letter or a digit';

const padded = (value: number): string => String(value).padStart(6, '0');

export const shardWorkflowId = (run: string, shard: number): string => `${run}/shard-${padded(shard)}`;
export const archiveWorkflowId = (run: string, archiveId: string): string => `${run}/archive-${archiveId}`;

const PART_OF_RUN = /^(?:shard-\d{6,9}|archive-[A-Za-z0-9_-]{1,255})$/;
/** Whether a workflow id is that of a shard or an archive of the run. */
export const isPartOfRun = (workflowId: string, run: string): boolean =>
  workflowId.startsWith(`${run}/`) && PART_OF_RUN.test(workflowId.slice(run.length + 1));

/**
 * Description of a Glacier job, from which the bridge finds the workflow that waits for it.
 * `index` is the archive's position in the run's inventory; an inventory job has index -1.
 */
export const jobDescription = (workflowId: string, index: number): string => `gt1:${workflowId}:${index}`;
export const INVENTORY_INDEX = -1;

/** A root has only an inventory job; shards and archives have archive jobs. */
const JOB_DESCRIPTION =
  /^gt1:(?:([A-Za-z0-9][A-Za-z0-9._-]{0,99}):(-1)|([A-Za-z0-9][A-Za-z0-9._-]{0,99}\/(?:shard-\d{6,9}|archive-[A-Za-z0-9_-]{1,200})):(\d{1,9}))$/;

/** The reverse of {@link jobDescription}; null for a description that is not ours or names no workflow of ours. */
export function parseJobDescription(
  description: string | null | undefined,
): { workflowId: string; index: number } | null {
  const [, root, rootIndex, part, index] = JOB_DESCRIPTION.exec(description ?? '') ?? [];
  const workflowId = root ?? part;
  return workflowId === undefined ? null : { workflowId, index: Number(rootIndex ?? index) };
}

/** Folder of all runs in the destination bucket, with a trailing slash. */
export const CONTROL_ROOT = '.glacier-transfer/';
export const controlPrefix = (run: string): string => `${CONTROL_ROOT}${run}/`;
export const requestKey = (run: string): string => `${controlPrefix(run)}request.json`;
export const catalogueKey = (run: string): string => `${controlPrefix(run)}catalogue.parquet`;
export const quarantineKey = (run: string): string => `${controlPrefix(run)}quarantine.jsonl`;
/** Which archives are in which shard, JSON Lines of ShardIndexRow. */
export const shardIndexKey = (run: string): string => `${controlPrefix(run)}shards.jsonl`;
export type InputKind = 'inventory' | 'names' | 'ids';
/** A file given with the request. Named by its content: different content is a different request. */
export const inputKey = (run: string, kind: InputKind, contentHash: string): string =>
  `${controlPrefix(run)}inputs/${kind}-${contentHash}`;
export const preparedKey = (run: string): string => `${controlPrefix(run)}prepared.json`;
export const summaryKey = (run: string): string => `${controlPrefix(run)}summary.json`;
export const shardPrefix = (run: string): string => `${controlPrefix(run)}shards/`;
export const shardKey = (run: string, shard: number): string => `${shardPrefix(run)}shard-${padded(shard)}.jsonl`;
export const receiptPrefix = (run: string): string => `${controlPrefix(run)}receipts/`;
export const shardReceiptPrefix = (run: string, shard: number): string =>
  `${receiptPrefix(run)}shard-${padded(shard)}/`;
export const archiveReceiptKey = (run: string, shard: number, index: number): string =>
  `${shardReceiptPrefix(run, shard)}archive-${String(index).padStart(9, '0')}.jsonl`;
export const batchReceiptKey = (run: string, shard: number, batch: number): string =>
  `${shardReceiptPrefix(run, shard)}batch-${padded(batch)}.jsonl`;

/** User metadata of every object we write, by which an existing key is recognised as ours. */
export const METADATA_ARCHIVE_ID = 'glacier-archive-id';
export const METADATA_TREE_HASH = 'glacier-tree-hash';
export const METADATA_CREATION_DATE = 'glacier-creation-date';
export const METADATA_DESCRIPTION = 'glacier-description';

/** Names of signals, updates and queries. Running workflows use them: they never change. */
export const Signals = {
  /** JobNotification[], bridge to root, shard or archive: finished Glacier jobs. */
  jobsDone: 'jobsDone',
  /** ShardReport, shard to root. */
  shardReport: 'shardReport',
  /** ArchiveReport, archive to shard. */
  archiveReport: 'archiveReport',
  /** ProblemReport, archive to shard and shard to root. */
  problem: 'problem',
  /** PauseGate, root to shard and shard to archive. */
  pauseGate: 'pauseGate',
  /** Admission, root to shard: how many bytes of the shard may be requested, and how fast. */
  admission: 'admission',
  /** Partial<RateLimits>, series to root. */
  rateLimits: 'rateLimits',
  /** Number of the retry, root to shard: retry failed archives. */
  retryFailed: 'retryFailed',
} as const;
/** Commands to a run. Each is rejected with a reason if it does not apply; otherwise the result is RunProgress. */
export const Updates = {
  pause: 'pause',
  /** Resumes a paused run, and retries at once if the run waits for a problem to be fixed. */
  resume: 'resume',
  cancel: 'cancel',
  /** Retries failed archives. */
  retryFailed: 'retryFailed',
  /** Partial<RateLimits>: the run's rate limits from now on. */
  setRateLimits: 'setRateLimits',
} as const;
export const Queries = {
  /** RunProgress of the root; ShardReport of a shard. */
  progress: 'progress',
  /** A page of a shard's archives: ArchivePageRequest -> ArchiveStateRow[]. */
  archives: 'archives',
  /** ArchiveStatus of an archive workflow. */
  status: 'status',
} as const;
