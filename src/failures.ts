/**
 * All reasons why an archive, a shard or a run can fail: the `type` of our ApplicationFailures and the `reason` in
 * receipts. Values equal names to keep histories and logs readable.
 */
export const Failure = {
  /** The request is wrong; the message lists every problem. Nothing was started. */
  InvalidRequest: 'InvalidRequest',
  /** Glacier has not written a first inventory of this vault yet. */
  NoInventoryYet: 'NoInventoryYet',
  /** The inventory cannot be read, or lists only a part of the vault. */
  InventoryUnusable: 'InventoryUnusable',
  /** Glacier finished the job as Failed. */
  JobFailed: 'JobFailed',
  /** The job or its output is gone (24 h after completion): request again. */
  JobExpired: 'JobExpired',
  /** The job is still running: keep waiting. */
  JobNotReady: 'JobNotReady',
  /** Glacier no longer has the archive. */
  SourceMissing: 'SourceMissing',
  /** The bytes do not match the tree hash in the inventory. Nothing was stored under the key. */
  HashMismatch: 'HashMismatch',
  /** Another object exists under the destination key. It was left unchanged. */
  KeyTaken: 'KeyTaken',
  /** The object under the key is this archive but cannot be read back, as the request demands. It was left unchanged. */
  NotReadable: 'NotReadable',
  /** The multipart upload is gone (aborted by a lifecycle rule or by hand): create a new one. */
  UploadGone: 'UploadGone',
  /** S3 confirmed a checksum that differs from that of the bytes sent. */
  ChecksumMismatch: 'ChecksumMismatch',
  /** AWS denied a request because of a missing permission. */
  AccessDenied: 'AccessDenied',
  /** There are no credentials, they have expired, or AWS does not accept them. */
  CredentialsUnusable: 'CredentialsUnusable',
  /** The KMS key of the bucket cannot be used: disabled, pending deletion, or not permitted. */
  KeyUnusable: 'KeyUnusable',
  /** The bucket is gone, or does not belong to the expected account. */
  BucketUnusable: 'BucketUnusable',
  /** Not available to the account or vault (vault missing, service not available, data retrieval policy). */
  ServiceRefused: 'ServiceRefused',
  /** A worker's machine lacks something: disk space, a writable folder, file descriptors, memory, the right time. */
  HostUnusable: 'HostUnusable',
  /** More than half of the archives fail for one reason. */
  TooManyFailures: 'TooManyFailures',
  /** AWS rejects this request; its message says why. */
  Refused: 'Refused',
  /** A temporary error that outlasted every retry. */
  Unavailable: 'Unavailable',
  /** A workflow with this id, of an earlier start under the same run name, is still running. */
  AlreadyRunning: 'AlreadyRunning',
  /** The shard workflow ended without a report (terminated by hand). */
  ShardLost: 'ShardLost',
  /** The run was cancelled before the archive was done. */
  Cancelled: 'Cancelled',
} as const;

export type Failure = (typeof Failure)[keyof typeof Failure];

/**
 * What someone has to fix and what is not specific to an archive: the run stops, reports it, and resumes once it is
 * fixed. No archive fails for these.
 */
export const STOPS_THE_RUN: ReadonlySet<Failure> = new Set<Failure>([
  Failure.AccessDenied,
  Failure.CredentialsUnusable,
  Failure.KeyUnusable,
  Failure.BucketUnusable,
  Failure.ServiceRefused,
  Failure.HostUnusable,
]);

/**
 * A classified error. Only the entry of activities (activities/boundary.ts) turns it into an ApplicationFailure.
 */
export class TransferError extends Error {
  override readonly name = 'TransferError';

  constructor(
    readonly type: Failure,
    /** What happened, what was done about it, what to do next. */
    message: string,
    readonly options: {
      /** A retry may succeed. @default false */
      readonly retryable?: boolean;
      /** Facts for the workflow, plain values. */
      readonly details?: readonly unknown[];
    } = {},
  ) {
    super(message);
  }
}
