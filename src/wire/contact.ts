/** A service that does not respond, or only with server errors. */
export interface UnansweredService {
  /** AWS's name of it: s3, glacier, sns, sqs. Null: requests are waiting, and no service returns a byte. */
  readonly service: string | null;
  /** No response at all, or only server errors (HTTP 5xx). */
  readonly kind: 'silent' | 'errors';
  /** Milliseconds since the first of the failed requests. */
  readonly forMs: number;
  /** For example `connection refused`. */
  readonly message: string;
}

/**
 * A worker process's view of AWS, which heartbeats and failures of its activities carry to `status`. Ages, not
 * timestamps, because the clocks of machines differ.
 */
export interface AwsContactReport {
  /** By service: milliseconds since its last response. */
  readonly answeredMs: Readonly<Record<string, number>>;
  readonly unanswered: readonly UnansweredService[];
}

/** A detail of a heartbeat or failure. */
export interface WithAwsContact {
  readonly aws: AwsContactReport;
}
