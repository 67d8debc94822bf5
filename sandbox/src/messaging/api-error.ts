/**
 * An error as SQS and SNS report it: thrown anywhere below an operation, rendered by the protocol of the request.
 * SQS has two codes for most errors: one of its JSON protocol and an older one of its Query protocol.
 */
export class ApiError extends Error {
  constructor(
    /** Name in the JSON protocol of SQS; the only name in SNS. */
    readonly code: string,
    readonly status: number,
    message: string,
    /** Name in the Query protocol. */
    readonly queryCode: string = code,
  ) {
    super(message);
    this.name = code;
  }
}

/** For every part of the API that the sandbox does not implement. Clients do not retry a 501. */
export const notImplemented = (what: string): ApiError =>
  new ApiError('NotImplemented', 501, `${what} is not implemented by the sandbox.`);

/** What was thrown below an operation, as an error of the API. */
export const asApiError = (error: unknown): ApiError => (error instanceof ApiError ? error : internalError(error));

const internalError = (cause: unknown): ApiError =>
  new ApiError('InternalFailure', 500, cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));

export const shuttingDown = (): ApiError => new ApiError('ServiceUnavailable', 503, 'The sandbox is shutting down.');
