import { S3_GET, S3_PUT, SNS_PUBLISH, SQS_REQUEST, TEMPORAL_CLOUD_ACTION } from './prices';

/** What one archive needs on average. */
export interface Needs {
  /** Billable Temporal actions. */
  readonly actions: number;
  /** Calls by `service:operation`. */
  readonly calls: Readonly<Record<string, number>>;
}

/** Dollars for a number of archives, beyond storage, retrieval and the machine. */
export interface Costs {
  /** Each put, part and listing at STANDARD's price, as in AWS's own estimate. */
  readonly s3Requests: number;
  readonly sqsAndSns: number;
  /** With a Temporal server on the machine that moves the bytes. */
  readonly total: number;
  /** The same requests at the price of DEEP_ARCHIVE. */
  readonly s3RequestsDeepArchive: number;
  readonly temporalCloud: number;
}

const S3_GETS = new Set(['s3:GetObject', 's3:HeadObject', 's3:HeadBucket']);

export function costsOf(archives: number, { actions, calls }: Needs): Costs {
  const requests = (matches: (name: string) => boolean): number =>
    archives * Object.entries(calls).reduce((sum, [name, count]) => sum + (matches(name) ? count : 0), 0);
  const gets = requests((name) => S3_GETS.has(name));
  const puts = requests((name) => name.startsWith('s3:') && !S3_GETS.has(name));
  const s3Requests = puts * S3_PUT.STANDARD + gets * S3_GET;
  const messages = requests((name) => name === 'glacier:InitiateJob');
  const sqsAndSns = requests((name) => name.startsWith('sqs:')) * SQS_REQUEST + messages * SNS_PUBLISH;
  return {
    s3Requests: cents(s3Requests),
    sqsAndSns: cents(sqsAndSns),
    total: cents(s3Requests + sqsAndSns),
    s3RequestsDeepArchive: cents(puts * S3_PUT.DEEP_ARCHIVE + gets * S3_GET),
    temporalCloud: cents(archives * actions * TEMPORAL_CLOUD_ACTION),
  };
}

const cents = (dollars: number): number => Math.round(dollars * 100) / 100;
