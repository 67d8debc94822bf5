/** News of a finished Glacier job, from the bridge or from a poll. A hint: only Glacier's own answer decides. */
export interface JobNotice {
  readonly index: number;
  readonly jobId: string;
  readonly status: 'Succeeded' | 'Failed';
  /** Glacier's StatusMessage. */
  readonly message: string;
}

/** A requested job. */
export interface JobRef {
  readonly index: number;
  readonly jobId: string;
}
