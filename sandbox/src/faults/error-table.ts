import type { Refusal, ServiceName } from '../service';

type Table = Readonly<Record<string, readonly [status: number, message: string]>>;

/** Errors that a rule can name by their code alone, with the statuses and messages of AWS. */
const ERRORS: Readonly<Record<ServiceName, Table>> = {
  glacier: {
    AccessDeniedException: [403, 'User is not authorized to perform this operation.'],
    ExpiredTokenException: [403, 'The security token included in the request is expired'],
    InsufficientCapacityException: [
      503,
      'There is insufficient capacity to process this expedited request. Try again later.',
    ],
    InternalFailure: [500, 'The request processing has failed because of an unknown error.'],
    InvalidSignatureException: [403, 'The request signature we calculated does not match the signature you provided.'],
    LimitExceededException: [400, 'The request exceeds a limit of the account.'],
    NoLongerSupportedException: [400, 'Amazon Glacier no longer accepts requests from this account.'],
    PolicyEnforcedException: [400, 'InitiateJob request denied by current data retrieval policy.'],
    RequestTimeoutException: [408, 'The upload timed out.'],
    ResourceNotFoundException: [404, 'The resource was not found.'],
    ServiceUnavailableException: [500, 'The service is temporarily unavailable.'],
    ThrottlingException: [400, 'Rate exceeded'],
    UnrecognizedClientException: [400, 'The security token included in the request is invalid.'],
  },
  s3: {
    AccessDenied: [403, 'Access Denied'],
    BadDigest: [400, 'The checksum you specified did not match what we received.'],
    ConditionalRequestConflict: [409, 'A conflicting operation occurred during a conditional request.'],
    ExpiredToken: [400, 'The provided token has expired.'],
    InternalError: [500, 'We encountered an internal error. Please try again.'],
    InvalidAccessKeyId: [403, 'The AWS Access Key Id you provided does not exist in our records.'],
    'KMS.DisabledException': [400, 'The key is disabled.'],
    NoSuchUpload: [404, 'The specified upload does not exist.'],
    OperationAborted: [409, 'A conflicting conditional operation is currently in progress against this resource.'],
    PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold'],
    RequestTimeout: [
      400,
      'Your socket connection to the server was not read from or written to within the timeout period.',
    ],
    RequestTimeTooSkewed: [403, 'The difference between the request time and the current time is too large.'],
    ServiceUnavailable: [503, 'Please reduce your request rate.'],
    SlowDown: [503, 'Please reduce your request rate.'],
  },
  sns: {
    AuthorizationError: [403, 'User is not authorized to perform this operation.'],
    ExpiredToken: [403, 'The security token included in the request is expired'],
    InternalError: [500, 'Internal error'],
    ServiceUnavailable: [503, 'The service is temporarily unavailable.'],
    Throttled: [429, 'Rate exceeded'],
  },
  sqs: {
    AccessDeniedException: [403, 'User is not authorized to perform this operation.'],
    ExpiredToken: [403, 'The security token included in the request is expired'],
    InternalFailure: [500, 'The request processing has failed because of an unknown error.'],
    OverLimit: [400, 'The maximum number of in flight messages is reached.'],
    RequestThrottled: [400, 'Rate exceeded'],
    ServiceUnavailable: [503, 'The service is temporarily unavailable.'],
    ThrottlingException: [400, 'Rate exceeded'],
  },
};

interface WantedError {
  readonly code: string;
  readonly status?: number | undefined;
  readonly message?: string | undefined;
}

/** The error of a rule; a code that is not in the table is an HTTP 500 unless the rule says otherwise. */
export function refusalOf(service: ServiceName, { code, status, message }: WantedError): Refusal {
  const [knownStatus, knownMessage] = ERRORS[service][code] ?? [500, `${code} (injected by the sandbox)`];
  return { code, status: status ?? knownStatus, message: message ?? knownMessage };
}
