/** News of a finished Glacier job, from the bridge or from a poll. A hint: only Glacier's own answer decides. */
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

/** An inventory job, found or ordered. */
export interface InitiatedInventory {
  readonly jobId: string;
  /** Glacier has said that it succeeded: its output can be read at once. */
  readonly finished: boolean;
}
