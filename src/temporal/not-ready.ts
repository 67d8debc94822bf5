import { isGrpcServiceError, ServiceError } from '@temporalio/client';

/** gRPC's FAILED_PRECONDITION. */
const FAILED_PRECONDITION = 9;

/** The server takes no update of a workflow now, because its last tasks failed or found no worker. */
export const isNotReady = (error: unknown): boolean =>
  error instanceof ServiceError &&
  isGrpcServiceError(error.cause) &&
  (error.cause.code as number) === FAILED_PRECONDITION;
