import { STATUS_CODES } from 'node:http';
import { Failure } from '../failures';

/** What to do about an error of AWS. Decided by the error's code: Glacier throttles with HTTP 400. */
export type FaultKind = 'throttled' | 'passing' | 'lapsed' | 'denied' | 'refused' | 'missing' | 'unknown';

/** The facts of an AWS error that people need. */
export interface Fault {
  readonly kind: FaultKind;
  readonly code: string;
  readonly message: string;
  readonly httpStatus: number | null;
  readonly requestId: string | null;
}

const KINDS: Readonly<Record<string, FaultKind>> = {
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestThrottled: 'throttled',
  SlowDown: 'throttled',
  PolicyEnforcedException: 'throttled',
  InsufficientCapacityException: 'throttled',

  ServiceUnavailableException: 'passing',
  ServiceUnavailable: 'passing',
  InternalError: 'passing',
  InternalFailure: 'passing',
  RequestTimeoutException: 'passing',
  RequestTimeout: 'passing',
  OperationAborted: 'passing',
  ConditionalRequestConflict: 'passing',
  BadDigest: 'passing',
  XAmzContentSHA256Mismatch: 'passing',
  IncompleteBody: 'passing',
  TimeoutError: 'passing',
  NetworkingError: 'passing',
  WrongLength: 'passing',
  Stalled: 'passing',
  ECONNRESET: 'passing',
  ECONNREFUSED: 'passing',
  EPIPE: 'passing',
  ETIMEDOUT: 'passing',
  ENOTFOUND: 'passing',
  EAI_AGAIN: 'passing',
  ERR_STREAM_PREMATURE_CLOSE: 'passing',
  // A lapsed login: somebody will log in again, and ten million archives must not have failed until then.
  CredentialsProviderError: 'lapsed',
  ExpiredTokenException: 'lapsed',
  ExpiredToken: 'lapsed',

  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  AuthorizationError: 'denied',
  InvalidSignatureException: 'denied',
  SignatureDoesNotMatch: 'denied',
  InvalidAccessKeyId: 'denied',
  MissingAuthenticationTokenException: 'denied',
  UnrecognizedClientException: 'denied',

  NoLongerSupportedException: 'refused',
  InvalidParameterValueException: 'refused',
  MissingParameterValueException: 'refused',
  LimitExceededException: 'refused',
  NoSuchBucket: 'refused',
  InvalidRequest: 'refused',
  NotImplementedException: 'refused',
  NotImplemented: 'refused',

  ResourceNotFoundException: 'missing',
  NotFound: 'missing',
  NotFoundException: 'missing',
  NoSuchKey: 'missing',
  NoSuchUpload: 'missing',
};

/** What the AWS SDK, Node's sockets and its streams put on their errors. */
interface RawError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** What the SDK calls an error whose reply has no body, as those to HEAD requests. */
const NAMELESS = 'Unknown';
const NAMELESS_MESSAGE = 'UnknownError';

function kindOfStatus(httpStatus: number): FaultKind {
  if (httpStatus === 401 || httpStatus === 403) return 'denied';
  if (httpStatus === 429) return 'throttled';
  return httpStatus >= 500 ? 'passing' : 'unknown';
}

/** Reads the facts out of whatever an AWS client, a body stream or a socket threw. */
export function describeFault(error: unknown): Fault {
  const raw = (typeof error === 'object' && error !== null ? error : {}) as RawError;
  const httpStatus = raw.$metadata?.httpStatusCode ?? null;
  const named = [raw.name, raw.code].filter((code): code is string => typeof code === 'string' && code !== NAMELESS);
  const code =
    named.find((name) => name in KINDS) ?? named[0] ?? (httpStatus === null ? 'Error' : `HTTP ${httpStatus}`);
  const message = typeof raw.message === 'string' && raw.message !== NAMELESS_MESSAGE ? raw.message : '';
  return {
    kind: KINDS[code] ?? kindOfStatus(httpStatus ?? 0),
    code,
    message: message === '' ? (STATUS_CODES[httpStatus ?? 0] ?? String(error)) : message,
    httpStatus,
    requestId: raw.$metadata?.requestId ?? null,
  };
}

/** One sentence for people: what AWS answered, with the request id. */
export const faultSentence = (fault: Fault): string =>
  `${fault.code}: ${fault.message}${fault.requestId === null ? '' : ` (AWS request ${fault.requestId})`}`;

/** The failure type an AWS fault ends in when nothing better is known of it, and whether trying again can help. */
export function failureOf(kind: FaultKind): { type: Failure; retryable: boolean } {
  switch (kind) {
    case 'throttled':
    case 'passing':
    case 'unknown':
      return { type: Failure.Unavailable, retryable: true };
    case 'lapsed':
      return { type: Failure.AccessDenied, retryable: true };
    case 'denied':
      return { type: Failure.AccessDenied, retryable: false };
    case 'refused':
    case 'missing':
      return { type: Failure.Refused, retryable: false };
    default:
      return kind satisfies never;
  }
}
