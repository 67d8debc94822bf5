'use strict';
Object.defineProperty(exports, '__esModule', { value: true });
exports.TemporalSettingsError = exports.TemporalConnectionError = exports.isNotReady = void 0;
exports.reasonOf = reasonOf;
const client_1 = require('@temporalio/client');
/** What was thrown, in words. Looks at the shape, as errors of Node itself are no instances of Error under jest. */
function reasonOf(error) {
  const { message, cause } = error ?? {};
  // fetch() says only "fetch failed" and has the reason in its cause.
  if (message === 'fetch failed' && cause !== undefined) return reasonOf(cause);
  return typeof message === 'string' && message !== '' ? message : String(error);
}
/** gRPC's FAILED_PRECONDITION. */
const FAILED_PRECONDITION = 9;
/** The server takes no update of a workflow now, because its last tasks failed or found no worker. */
const isNotReady = (error) =>
  error instanceof client_1.ServiceError &&
  (0, client_1.isGrpcServiceError)(error.cause) &&
  error.cause.code === FAILED_PRECONDITION;
exports.isNotReady = isNotReady;
/** There is no connection to Temporal; the message is one sentence for the user. */
class TemporalConnectionError extends Error {
  name = 'TemporalConnectionError';
}
exports.TemporalConnectionError = TemporalConnectionError;
/** The same, or there is no key for what it holds, and trying again cannot help: the settings have to be changed. */
class TemporalSettingsError extends TemporalConnectionError {}
exports.TemporalSettingsError = TemporalSettingsError;
//# sourceMappingURL=errors.js.map
