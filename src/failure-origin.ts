/** The error behind an activity's failure, and the activity's subject. For the worker's own log. */
export interface FailureOrigin {
  readonly error: unknown;
  readonly subject: FailureSubject;
}

/** Subject of an activity; what its input does not name is left out. */
export interface FailureSubject {
  readonly run?: string;
  readonly shard?: number;
  /** Position in the run's inventory. */
  readonly archiveIndex?: number;
  readonly archiveId?: string;
}

const origins = new WeakMap<object, FailureOrigin>();

/** Kept outside the failure, because its content becomes part of the workflow's history. */
export const rememberOrigin = (failure: object, origin: FailureOrigin): void => void origins.set(failure, origin);

/** Null for everything that is not a failure of an activity of this process. */
export const originOf = (failure: unknown): FailureOrigin | null =>
  typeof failure === 'object' && failure !== null ? (origins.get(failure) ?? null) : null;
