/** A service that answers no request, or only with errors of its own. */
export interface UnansweredService {
  /** As AWS calls it: s3, glacier, sns, sqs. Null: requests wait, and no byte comes from any service. */
  readonly service: string | null;
  /** No answer at all, or none but errors of the service's own (HTTP 5xx). */
  readonly kind: 'silent' | 'errors';
  /** Since the first of the failed requests, milliseconds. */
  readonly forMs: number;
  /** In words: `connection refused`. */
  readonly message: string;
}

/**
 * What a worker process knows of AWS: heartbeats and failures of its activities carry it to `status`. Ages, not
 * instants, since the clocks of machines differ.
 */
export interface AwsContactReport {
  /** By service: how long ago it last answered, milliseconds. */
  readonly answeredMs: Readonly<Record<string, number>>;
  readonly unanswered: readonly UnansweredService[];
}

/** A detail of a heartbeat or of a failure. */
export interface WithAwsContact {
  readonly aws: AwsContactReport;
}
