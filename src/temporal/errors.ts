import { isGrpcServiceError, ServiceError } from '@temporalio/client';

/** gRPC's FAILED_PRECONDITION. */
const FAILED_PRECONDITION = 9;

/** The server takes no update of a workflow now, because its last tasks failed or found no worker. */
export const isNotReady = (error: unknown): boolean =>
  error instanceof ServiceError &&
  isGrpcServiceError(error.cause) &&
  (error.cause.code as number) === FAILED_PRECONDITION;

/** There is no connection to Temporal; the message is one sentence for the user. */
export class TemporalConnectionError extends Error {
  override readonly name = 'TemporalConnectionError';
}

/** The same, or there is no key for what it holds, and trying again cannot help: the settings have to be changed. */
export class TemporalSettingsError extends TemporalConnectionError {}
