import { STATUS_CODES } from 'node:http';
import type { GlacierClient } from '@aws-sdk/client-glacier';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { Failure } from '../failures';

/** The facts of an AWS error. */
export interface AwsError {
  readonly kind: AwsErrorKind;
  readonly code: string;
  readonly message: string;
  readonly httpStatus: number | null;
  readonly requestId: string | null;
  /** Null if the error is not a response to a request. */
  readonly request: NamedRequest | null;
}

/**
 * What an AWS error means to a run. Decided by its code, because Glacier throttles with HTTP 400.
 * `missing`: a resource named in the request is gone, so the caller requests a new one (a job, an upload) or fails the
 * archive.
 */
export type AwsErrorKind =
  | 'unavailable'
  | 'throttled'
  | 'missing'
  | 'rejected'
  | 'denied'
  | 'unauthenticated'
  | 'key-unusable'
  | 'bucket-unusable'
  | 'service-unusable'
  | 'unknown';

/** The request that an error responds to: people need to know which permission to grant. */
export interface NamedRequest {
  readonly service: 'glacier' | 's3' | 'sns' | 'sqs';
  /** As in the API: InitiateJob, PutObject. */
  readonly operation: string;
  /** Name of the vault, bucket, topic or queue; null if the request names none. */
  readonly resource: string | null;
  /** The expected owner of the bucket. */
  readonly expectedOwner: string | null;
}

/** What the AWS SDK, Node's sockets and its streams put on their errors. */
interface RawError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** The SDK's name for an error whose response has no body, as for HEAD requests. */
const NAMELESS = 'Unknown';
const NAMELESS_MESSAGE = 'UnknownError';

/** Reads the facts from an error of an AWS client, a body stream or a socket. */
export function describeAwsError(error: unknown): AwsError {
  const raw = (typeof error === 'object' && error !== null ? error : {}) as RawError;
  const httpStatus = raw.$metadata?.httpStatusCode ?? null;
  const named = [raw.name, raw.code].filter((code): code is string => typeof code === 'string' && code !== NAMELESS);
  const code =
    named.find((name) => KIND_OF_CODE.has(name)) ?? named[0] ?? (httpStatus === null ? 'Error' : `HTTP ${httpStatus}`);
  const given = typeof raw.message === 'string' && raw.message !== NAMELESS_MESSAGE ? raw.message : '';
  const message = given === '' ? (STATUS_CODES[httpStatus ?? 0] ?? String(error)) : given;
  return {
    kind: kindOfCode(code, message) ?? kindOfStatus(httpStatus ?? 0, named.length > 0),
    code,
    message,
    httpStatus,
    requestId: raw.$metadata?.requestId ?? null,
    request: requestOf(raw),
  };
}

/** One sentence for people: the error of AWS with its request id. */
export const awsErrorSentence = (error: AwsError): string => `${error.code}: ${error.message}${requestIdOf(error)}`;

/** ` (AWS request …)`, or nothing. */
export const requestIdOf = ({ requestId }: AwsError): string =>
  requestId === null ? '' : ` (AWS request ${requestId})`;

/** A retry of the same request may succeed: the network or AWS is unavailable, or AWS throttles. */
export const isTransient = ({ kind }: AwsError): boolean => kind === 'unavailable' || kind === 'throttled';

/** The failure that an AWS error ends in unless the caller knows better, and whether a retry can help. */
export function failureOf(kind: AwsErrorKind): { type: Failure; retryable: boolean } {
  const { remedy, failure } = HANDLING[kind];
  return { type: failure, retryable: remedy === 'retry' || remedy === 'back-off' };
}

export type Remedy = 'retry' | 'back-off' | 'request-again' | 'fail-archive' | 'stop-run';

/** How each kind is handled. */
export const HANDLING: Readonly<Record<AwsErrorKind, { readonly remedy: Remedy; readonly failure: Failure }>> = {
  unavailable: { remedy: 'retry', failure: Failure.Unavailable },
  throttled: { remedy: 'back-off', failure: Failure.Unavailable },
  missing: { remedy: 'request-again', failure: Failure.Refused },
  rejected: { remedy: 'fail-archive', failure: Failure.Refused },
  denied: { remedy: 'stop-run', failure: Failure.AccessDenied },
  unauthenticated: { remedy: 'stop-run', failure: Failure.CredentialsUnusable },
  'key-unusable': { remedy: 'stop-run', failure: Failure.KeyUnusable },
  'bucket-unusable': { remedy: 'stop-run', failure: Failure.BucketUnusable },
  'service-unusable': { remedy: 'stop-run', failure: Failure.ServiceRefused },
  unknown: { remedy: 'retry', failure: Failure.Unavailable },
};

/**
 * Every code that Glacier, S3, SQS, SNS, KMS behind them, the SDK's credential providers, Node's sockets and our own body
 * readers can return. From the error tables of the developer guides, the service models and the common errors; a code
 * has the same meaning in each of them.
 */
export const CODES: Readonly<Record<Exclude<AwsErrorKind, 'unknown'>, string>> = {
  throttled: `
    ThrottlingException Throttling ThrottledException Throttled RequestThrottled RequestThrottledException
    TooManyRequestsException RequestLimitExceeded SlowDown SlowDownRead SlowDownWrite BandwidthLimitExceeded
    InsufficientCapacityException GlacierExpeditedRetrievalNotAvailable OverLimit
    KMS.ThrottlingException KMSThrottling KMSThrottlingException KmsThrottled`,
  unavailable: `
    ServiceUnavailableException ServiceUnavailable InternalError InternalFailure InternalServerError
    InternalServiceError InternalErrorException RequestTimeoutException RequestTimeout RequestAbortedException
    OperationAborted ConditionalRequestConflict TransactionInProgressException TemporaryRedirect Busy
    BadDigest XAmzContentSHA256Mismatch XAmzContentChecksumMismatch IncompleteBody ConnectionClosedByRequester
    QueueDeletedRecently AWS.SimpleQueueService.QueueDeletedRecently
    PurgeQueueInProgress AWS.SimpleQueueService.PurgeQueueInProgress
    KMS.KMSInternalException KMS.InternalException KMS.DependencyTimeoutException KMS.KeyUnavailableException
    TimeoutError AbortError NetworkingError WrongLength Stalled
    ECONNRESET ECONNREFUSED ECONNABORTED EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EAI_FAIL EHOSTUNREACH EHOSTDOWN
    ENETUNREACH ENETDOWN ENETRESET EADDRNOTAVAIL EMFILE ENFILE ENOBUFS EPROTO
    ERR_STREAM_PREMATURE_CLOSE ERR_STREAM_DESTROYED ERR_SOCKET_CLOSED
    HPE_INVALID_CONSTANT HPE_INVALID_EOF_STATE HPE_CLOSED_CONNECTION HPE_INVALID_CHUNK_SIZE`,
  missing: `
    ResourceNotFoundException NotFound NotFoundException NoSuchKey NoSuchVersion NoSuchUpload
    NoSuchLifecycleConfiguration NoSuchBucketPolicy NoSuchTagSet ServerSideEncryptionConfigurationNotFoundError
    ObjectLockConfigurationNotFoundError NoSuchObjectLockConfiguration
    QueueDoesNotExist AWS.SimpleQueueService.NonExistentQueue
    ReceiptHandleIsInvalid MessageNotInflight AWS.SimpleQueueService.MessageNotInflight`,
  rejected: `
    InvalidParameterValueException InvalidParameterValue InvalidParameter InvalidParameterCombination
    MissingParameterValueException MissingParameter MissingRequiredParameterException ParameterValueInvalid
    ValidationError ValidationException SerializationException BadRequest MalformedHttpRequestException
    InvalidAction InvalidQueryParameter MalformedQueryString MissingAction
    InvalidRequest InvalidArgument InvalidDigest InvalidObjectState InvalidPart InvalidPartOrder InvalidPartNumber
    InvalidRange InvalidStorageClass InvalidTag InvalidURI InvalidChunkSizeError InvalidEncryptionAlgorithmError
    KeyTooLongError MetadataTooLarge RequestHeaderSectionTooLarge EntityTooLarge EntityTooSmall MalformedXML
    MalformedTrailerError MissingContentLength UnexpectedContent MethodNotAllowed PreconditionFailed
    NotImplemented NotImplementedException UnsupportedOperation
    InvalidMessageContents InvalidIdFormat EmptyBatchRequest BatchRequestTooLong InvalidBatchEntryId
    BatchEntryIdsNotDistinct TooManyEntriesInBatchRequest InvalidAttributeName InvalidAttributeValue QueueNameExists
    QueueAlreadyExists BucketAlreadyExists BucketAlreadyOwnedByYou MalformedPolicy AccessControlListNotSupported`,
  denied: `
    AccessDeniedException AccessDenied AuthorizationError NotAuthorized UnauthorizedOperation UnauthorizedAccess`,
  unauthenticated: `
    CredentialsProviderError ProviderError TokenProviderError
    ExpiredTokenException ExpiredToken TokenRefreshRequired InvalidToken
    InvalidAccessKeyId InvalidClientTokenId UnrecognizedClientException InvalidSecurity MissingSecurityElement
    MissingSecurityHeader MissingAuthenticationTokenException MissingAuthenticationToken AuthFailure
    InvalidSignatureException SignatureDoesNotMatch IncompleteSignatureException IncompleteSignature
    AuthorizationHeaderMalformed AuthorizationQueryParametersError
    RequestTimeTooSkewed RequestExpired RequestInTheFuture`,
  'key-unusable': `
    KMS.DisabledException KMS.NotFoundException KMS.KMSInvalidStateException KMS.InvalidStateException
    KMS.InvalidKeyUsageException KMS.InvalidArnException KMS.AccessDeniedException KMS.OptInRequired
    KMSDisabled KMSDisabledException KMSNotFound KMSNotFoundException KMSInvalidState KMSInvalidStateException
    KMSAccessDenied KMSAccessDeniedException KMSOptInRequired
    KmsDisabled KmsNotFound KmsInvalidState KmsInvalidKeyUsage KmsAccessDenied KmsOptInRequired`,
  'bucket-unusable': `
    NoSuchBucket InvalidBucketName InvalidBucketState PermanentRedirect IllegalLocationConstraintException`,
  'service-unusable': `
    NoLongerSupportedException PolicyEnforcedException LimitExceededException OptInRequired NotSignedUp
    AccountProblem AllAccessDisabled InvalidPayer TooManyBuckets TopicLimitExceeded TopicLimitExceededException
    SubscriptionLimitExceeded SubscriptionLimitExceededException`,
};

const KIND_OF_CODE: ReadonlyMap<string, AwsErrorKind> = new Map(
  Object.entries(CODES).flatMap(([kind, codes]) =>
    codes
      .trim()
      .split(/\s+/)
      .map((code): [string, AwsErrorKind] => [code, kind as AwsErrorKind]),
  ),
);

/** Where one code has two meanings, AWS's message tells them apart. */
const BY_MESSAGE: readonly { readonly code: RegExp; readonly message: RegExp; readonly kind: AwsErrorKind }[] = [
  // A bucket encrypted with a KMS key that the caller may not use.
  { code: /^AccessDenied(Exception)?$/, message: /\bkms:\w/i, kind: 'key-unusable' },
  // Glacier uses one code for a missing vault, archive and job.
  { code: /^ResourceNotFoundException$/, message: /^Vault not found\b/i, kind: 'service-unusable' },
];

/** Null for a code that is not in the table. */
const kindOfCode = (code: string, message: string): AwsErrorKind | null =>
  BY_MESSAGE.find((rule) => rule.code.test(code) && rule.message.test(message))?.kind ?? KIND_OF_CODE.get(code) ?? null;

/** For errors without a code, as in all responses to HEAD requests, and for codes newer than the table. */
function kindOfStatus(httpStatus: number, hasCode: boolean): AwsErrorKind {
  if (httpStatus === 401 || httpStatus === 403) return 'denied';
  if (httpStatus === 429) return 'throttled';
  if (httpStatus >= 500) return 'unavailable';
  if (hasCode) return 'unknown';
  // Our HEAD requests are well formed: S3 responds like this if the token has expired or the bucket is in another Region.
  if (httpStatus === 400) return 'unauthenticated';
  return httpStatus === 301 ? 'bucket-unusable' : 'unknown';
}

const requests = new WeakMap<object, NamedRequest>();

/** The request that an error responds to; null for errors of anything but our clients. */
export const requestOf = (error: object): NamedRequest | null => requests.get(error) ?? null;

/** Input members that name the resource of a request. */
interface Input {
  readonly vaultName?: string;
  readonly Bucket?: string;
  readonly TopicArn?: string;
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly ExpectedBucketOwner?: string;
}

/** Makes a client remember the request of each error: the SDK's errors do not name it. */
export function nameRequests(client: GlacierClient | S3Client | SNSClient | SQSClient): void {
  const service = client.config.serviceId.toLowerCase() as NamedRequest['service'];
  // The four middleware stacks differ only in their input types, of which only names are read.
  (client as GlacierClient).middlewareStack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (typeof error === 'object' && error !== null) {
          const input = args.input as Input;
          requests.set(error, {
            service,
            operation: (context.commandName ?? '').replace(/Command$/, ''),
            resource: input.vaultName ?? input.Bucket ?? input.TopicArn ?? input.QueueUrl ?? input.QueueName ?? null,
            expectedOwner: input.ExpectedBucketOwner ?? null,
          });
        }
        throw error;
      }
    },
    { step: 'initialize', priority: 'high', name: 'nameRequests' },
  );
}
