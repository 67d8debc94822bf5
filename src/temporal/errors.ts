import { isGrpcServiceError, ServiceError } from '@temporalio/client';

/** gRPC's FAILED_PRECONDITION. */
const FAILED_PRECONDITION = 9;

/** The server rejects updates of the workflow now, because its last tasks failed or found no worker. */
export const isNotReady = (error: unknown): boolean =>
  error instanceof ServiceError &&
  isGrpcServiceError(error.cause) &&
  (error.cause.code as number) === FAILED_PRECONDITION;

/** Cannot connect to Temporal; the message is one sentence for the user. */
export class TemporalConnectionError extends Error {
  override readonly name = 'TemporalConnectionError';
}

/** The same, or a payload key is missing, and retrying cannot help: the settings must be changed. */
export class TemporalSettingsError extends TemporalConnectionError {}
