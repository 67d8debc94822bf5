/**
 * Every reason for which an archive, a shard or a run can fail: the `type` of our ApplicationFailures and the
 * `reason` of receipts. The value equals the name, so histories and logs stay readable.
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
  /** The job is still running: wait on. */
  JobNotReady: 'JobNotReady',
  /** Glacier no longer has the archive. */
  SourceMissing: 'SourceMissing',
  /** The bytes do not hash to the tree hash of the inventory. Nothing was stored under the key. */
  HashMismatch: 'HashMismatch',
  /** The destination key holds something else. It was not touched. */
  KeyTaken: 'KeyTaken',
  /** The destination key names this archive, but its bytes cannot be read back as the request asks. It was not touched. */
  NotReadable: 'NotReadable',
  /** The multipart upload is gone (aborted by a lifecycle rule or by hand): begin a new one. */
  UploadGone: 'UploadGone',
  /** S3 confirmed other bytes than those sent. */
  ChecksumMismatch: 'ChecksumMismatch',
  /** AWS refused for want of a permission. */
  AccessDenied: 'AccessDenied',
  /** There are no credentials, they have expired, or AWS does not accept them. */
  CredentialsUnusable: 'CredentialsUnusable',
  /** The KMS key of the bucket cannot be used: disabled, to be deleted, or not permitted. */
  KeyUnusable: 'KeyUnusable',
  /** The bucket is gone, or belongs to another account than the run was told. */
  BucketUnusable: 'BucketUnusable',
  /** The account or the vault cannot do this (vault missing, service closed to it, data retrieval policy). */
  ServiceRefused: 'ServiceRefused',
  /** The machine of a worker lacks something: room on a disk, a folder to write to, descriptors, memory, the right time. */
  HostUnusable: 'HostUnusable',
  /** More than half of the archives fail for one reason. */
  TooManyFailures: 'TooManyFailures',
  /** AWS will not take this very request: its words say why. */
  Refused: 'Refused',
  /** A passing fault that outlived every retry. */
  Unavailable: 'Unavailable',
  /** A workflow of this id runs already, left by an earlier start of the same run name. */
  AlreadyRunning: 'AlreadyRunning',
  /** The shard workflow ended without a report (terminated by hand). */
  ShardLost: 'ShardLost',
  /** The run was cancelled before the archive was done. */
  Cancelled: 'Cancelled',
} as const;

export type Failure = (typeof Failure)[keyof typeof Failure];

/**
 * What only a person can mend, and what no archive is to blame for: the run stands still, says so, and goes on when it
 * is mended. No archive fails for these.
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
 * An error of ours whose meaning is known. Activities turn it into an ApplicationFailure at their entry
 * (see activities/boundary.ts); nothing else does.
 */
export class TransferError extends Error {
  override readonly name = 'TransferError';

  constructor(
    readonly type: Failure,
    /** What happened, what was done about it, what to do next. */
    message: string,
    readonly options: {
      /** Trying again can help. @default false */
      readonly retryable?: boolean;
      /** Facts for the workflow, plain values. */
      readonly details?: readonly unknown[];
    } = {},
  ) {
    super(message);
  }
}
