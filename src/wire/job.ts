/** A finished Glacier job, from the bridge or from a poll. From the bridge it is unconfirmed until Glacier answers. */
export interface JobNotification {
  readonly index: number;
  readonly jobId: string;
  /** Gone: Glacier no longer knows the job, or its output has expired. */
  readonly status: 'Succeeded' | 'Failed' | 'Gone';
  /** Glacier's StatusMessage. */
  readonly message: string;
}

/** A requested job. */
export interface JobRef {
  readonly index: number;
  readonly jobId: string;
}

/** An inventory job, found or initiated. */
export interface InitiatedInventory {
  readonly jobId: string;
  /** Glacier has confirmed that it succeeded: its output can be read at once. */
  readonly finished: boolean;
}
