/** What an activity's failure hides: the error behind it, and what the activity was about. For the worker's own log. */
export interface FailureOrigin {
  readonly error: unknown;
  readonly subject: FailureSubject;
}

/** What an activity was about; what its input does not name is left out. */
export interface FailureSubject {
  readonly run?: string;
  readonly shard?: number;
  /** Position in the run's inventory. */
  readonly archiveIndex?: number;
  readonly archiveId?: string;
}

const origins = new WeakMap<object, FailureOrigin>();

/** Beside the failure and not in it: what is in it becomes part of the workflow's history. */
export const rememberOrigin = (failure: object, origin: FailureOrigin): void => void origins.set(failure, origin);

/** Null for everything that is no failure of an activity of this process. */
export const originOf = (failure: unknown): FailureOrigin | null =>
  typeof failure === 'object' && failure !== null ? (origins.get(failure) ?? null) : null;
