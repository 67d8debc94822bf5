import { drawKey, Draws } from 'glacier-sandbox/testing';
import type { FaultScript } from 'glacier-sandbox';

type Rule = FaultScript['rules'][number];

/** What a seed makes go wrong. */
export interface DrawnFaults {
  readonly fromTheStart: FaultScript;
  /**
   * Begins with the first job for an archive: Glacier proves the bytes of archives, not those of an inventory. A bit
   * turned over there is another inventory, and only TLS stands against that.
   */
  readonly forArchives: FaultScript;
}

const OUTPUT = 'glacier:GetJobOutput';
const ARCHIVE_JOBS = { type: 'archive-retrieval' };
const FORGERIES = ['foreign-account', 'foreign-vault', 'unknown-job', 'other-archive', 'other-status'] as const;
const MOST_OF_A_KIND = 1_000;
/** Each one halves the rate of requests for some time. */
const MOST_THROTTLES = 20;
/** Each one stops the run until a probe succeeds. */
const MOST_DENIALS = 3;

/**
 * Faults of every kind, with frequencies drawn from the seed. A run survives all of them: those that a person must fix
 * end after a few errors.
 */
export function drawFaults(seed: string): DrawnFaults {
  const draws = new Draws(drawKey(seed, 'faults of a run'), 0);
  const between = (least: number, most: number): number =>
    Number((least + draws.fraction() * (most - least)).toFixed(4));
  /** Once in a hundred or so. */
  const seldom = (): { probability: number } => ({ probability: between(0.003, 0.02) });
  const often = (): { probability: number } => ({ probability: between(0.02, 0.1) });
  const bytes = (most: number): number => 1 + draws.below(most);
  const position = (): number[] => [1 + draws.below(3)];
  const error = (on: string | string[], code: string, much = seldom()): Rule => ({ fault: 'error', on, code, ...much });

  const errors: Rule[] = [
    { ...error('glacier:InitiateJob', 'ThrottlingException'), times: MOST_THROTTLES },
    error('glacier:InitiateJob', 'ServiceUnavailableException'),
    error(OUTPUT, 'ServiceUnavailableException', often()),
    error(OUTPUT, 'RequestTimeoutException'),
    error(['glacier:DescribeJob', 'glacier:ListJobs'], 'InternalFailure', often()),
    error(['s3:PutObject', 's3:UploadPart'], 'SlowDown', often()),
    error(['s3:PutObject', 's3:UploadPart'], 'RequestTimeout'),
    error(['s3:HeadObject', 's3:GetObject', 's3:ListParts', 's3:ListObjects*'], 'InternalError', often()),
    error(['s3:CreateMultipartUpload', 's3:AbortMultipartUpload'], 'ServiceUnavailable', often()),
    error('s3:CompleteMultipartUpload', 'InternalError', often()),
    error(['sqs:ReceiveMessage', 'sqs:DeleteMessageBatch'], 'ServiceUnavailable'),
    { fault: 'error-in-success', on: 's3:CompleteMultipartUpload', code: 'InternalError', at: position() },
  ];
  const connections: Rule[] = [
    { fault: 'reset', on: ['glacier:*', 's3:*', 'sqs:*'], ...seldom() },
    { fault: 'reset', on: OUTPUT, afterBytes: bytes(30_000), ...often() },
    { fault: 'reset', on: ['s3:PutObject', 's3:UploadPart'], afterBytes: bytes(1_000), ...seldom() },
    { fault: 'lose-reply', on: 's3:PutObject', ...seldom() },
    { fault: 'lose-reply', on: 's3:UploadPart', ...seldom() },
    { fault: 'lose-reply', on: 's3:CreateMultipartUpload', at: position() },
    { fault: 'lose-reply', on: 's3:CompleteMultipartUpload', at: position() },
    { fault: 'lose-reply', on: 'glacier:InitiateJob', ...seldom() },
    { fault: 'lose-reply', on: 'sqs:DeleteMessageBatch', at: position() },
    { fault: 'slow', on: OUTPUT, bytesPerSecond: 200_000 + bytes(800_000), times: 3, ...seldom() },
  ];
  const bodies: Rule[] = [
    { fault: 'truncate', on: OUTPUT, afterBytes: bytes(4_000), contentLength: 'kept', ...seldom() },
    { fault: 'truncate', on: OUTPUT, afterBytes: bytes(4_000), contentLength: 'adjusted', ...seldom() },
    { fault: 'flip-bit', on: OUTPUT, ...often() },
    { fault: 'header', on: OUTPUT, header: 'x-amz-sha256-tree-hash', value: null, ...often() },
    { fault: 'header', on: OUTPUT, header: 'x-amz-sha256-tree-hash', value: 'ab'.repeat(32), ...seldom() },
    { fault: 'header', on: OUTPUT, header: 'Content-Range', value: 'bytes 0-1/2', ...seldom() },
    { fault: 'ignore-range', on: OUTPUT, ...seldom() },
  ];
  const losses: Rule[] = [
    { fault: 'expire-job', on: OUTPUT, ...seldom() },
    { fault: 'abort-upload', on: 's3:UploadPart', at: position() },
    { fault: 'job-fails', where: ARCHIVE_JOBS, ...seldom() },
    { fault: 'job-expires', where: ARCHIVE_JOBS, after: '1s', ...seldom() },
    { fault: 'job-announced-early', where: ARCHIVE_JOBS, ...seldom() },
  ];
  const news: Rule[] = [
    { fault: 'notification-lost', ...often() },
    { fault: 'notification-doubled', ...often() },
    { fault: 'notification-late', by: '10s', ...often() },
    { fault: 'notification-reordered', ...often() },
    { fault: 'notification-malformed', ...seldom() },
    ...FORGERIES.map((as): Rule => ({ fault: 'notification-forged', as, ...seldom() })),
  ];
  const refusals: Rule[] = [
    { ...error(['s3:PutObject', 's3:UploadPart'], 'AccessDenied'), times: MOST_DENIALS },
    { ...error(OUTPUT, 'ExpiredTokenException'), times: MOST_DENIALS },
  ];
  const number = draws.below(2 ** 32);
  return {
    fromTheStart: { seed: number, rules: [...errors, ...connections, ...news].map(limited) },
    forArchives: { seed: number, rules: [...bodies, ...losses, ...refusals].map(limited) },
  };
}

/** What goes wrong must not grow with the run without end. */
const limited = (rule: Rule): Rule => ({ times: MOST_OF_A_KIND, ...rule });

/** Nothing goes wrong but that processes die: what that alone costs. */
export const NO_FAULTS: DrawnFaults = { fromTheStart: { rules: [] }, forArchives: { rules: [] } };

/** So little that a run comes to every point: a job that is asked about, and an upload that has to be begun again. */
export const FEW_FAULTS: DrawnFaults = {
  fromTheStart: {
    rules: [
      { fault: 'notification-lost', every: 3 },
      { fault: 'error', on: 's3:CompleteMultipartUpload', code: 'ConditionalRequestConflict', at: [1] },
    ],
  },
  forArchives: { rules: [] },
};
