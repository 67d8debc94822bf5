import { STATUS_CODES } from 'node:http';
import type { GlacierClient } from '@aws-sdk/client-glacier';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { Failure } from '../failures';

/**
 * What an error of AWS means for us. Decided by its code: Glacier throttles with HTTP 400.
 * `missing`: what the request named is gone, so whoever needs it asks for it anew (a job, an upload) or ends the archive.
 */
export type AwsErrorKind =
  | 'unavailable'
  | 'throttled'
  | 'missing'
  | 'refused'
  | 'denied'
  | 'unauthenticated'
  | 'key-unusable'
  | 'bucket-unusable'
  | 'service-refused'
  | 'unknown';

export type Remedy = 'retry' | 'back-off' | 'request-again' | 'fail-archive' | 'stop-and-ask';

/** What is done about each kind, and the failure in which it ends when nothing better is known of it. */
export const REMEDIES: Readonly<Record<AwsErrorKind, { readonly remedy: Remedy; readonly failure: Failure }>> = {
  unavailable: { remedy: 'retry', failure: Failure.Unavailable },
  throttled: { remedy: 'back-off', failure: Failure.Unavailable },
  missing: { remedy: 'request-again', failure: Failure.Refused },
  refused: { remedy: 'fail-archive', failure: Failure.Refused },
  denied: { remedy: 'stop-and-ask', failure: Failure.AccessDenied },
  unauthenticated: { remedy: 'stop-and-ask', failure: Failure.CredentialsUnusable },
  'key-unusable': { remedy: 'stop-and-ask', failure: Failure.KeyUnusable },
  'bucket-unusable': { remedy: 'stop-and-ask', failure: Failure.BucketUnusable },
  'service-refused': { remedy: 'stop-and-ask', failure: Failure.ServiceRefused },
  unknown: { remedy: 'retry', failure: Failure.Unavailable },
};

/**
 * Every code that Glacier, S3, SQS, SNS, KMS behind them, the SDK's credentials, Node's sockets and our own readers of
 * bodies can name. From the error tables of the developer guides and the service models, and the errors common to all
 * services; the same code means the same in each of them.
 */
const CODES: Readonly<Record<Exclude<AwsErrorKind, 'unknown'>, string>> = {
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
  refused: `
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
  'service-refused': `
    NoLongerSupportedException PolicyEnforcedException LimitExceededException OptInRequired NotSignedUp
    AccountProblem AllAccessDisabled InvalidPayer TooManyBuckets TopicLimitExceeded TopicLimitExceededException
    SubscriptionLimitExceeded SubscriptionLimitExceededException`,
};

/** Kind by code. */
export const KIND_OF_CODE: ReadonlyMap<string, AwsErrorKind> = new Map(
  Object.entries(CODES).flatMap(([kind, codes]) =>
    codes
      .trim()
      .split(/\s+/)
      .map((code): [string, AwsErrorKind] => [code, kind as AwsErrorKind]),
  ),
);

/** Where one code stands for two things, AWS's words tell them apart. */
const BY_WORDS: readonly { readonly code: RegExp; readonly words: RegExp; readonly kind: AwsErrorKind }[] = [
  // A bucket encrypted with a KMS key that the caller may not use.
  { code: /^AccessDenied(Exception)?$/, words: /\bkms:\w/i, kind: 'key-unusable' },
  // Glacier names a missing vault, archive and job by one code.
  { code: /^ResourceNotFoundException$/, words: /^Vault not found\b/i, kind: 'service-refused' },
];

/** What the code of an error means; null for one that is not in the table. */
export const kindOfCode = (code: string, message: string): AwsErrorKind | null =>
  BY_WORDS.find((rule) => rule.code.test(code) && rule.words.test(message))?.kind ?? KIND_OF_CODE.get(code) ?? null;

/** For errors without a code, as all that answer a HEAD request, and for codes that are newer than the table. */
export function kindOfStatus(httpStatus: number, hasCode: boolean): AwsErrorKind {
  if (httpStatus === 401 || httpStatus === 403) return 'denied';
  if (httpStatus === 429) return 'throttled';
  if (httpStatus >= 500) return 'unavailable';
  if (hasCode) return 'unknown';
  // Our HEAD requests are well formed: S3 answers them so when the token has expired, or the bucket is elsewhere.
  if (httpStatus === 400) return 'unauthenticated';
  return httpStatus === 301 ? 'bucket-unusable' : 'unknown';
}

/** Which request an error answers: the SDK's errors do not say, and people must know what to allow. */
export interface NamedRequest {
  readonly service: 'glacier' | 's3' | 'sns' | 'sqs';
  /** As the API calls it: InitiateJob, PutObject. */
  readonly operation: string;
  /** Name of the vault, bucket, topic or queue; null where the request names none. */
  readonly resource: string | null;
  /** The account that the bucket was said to belong to. */
  readonly expectedOwner: string | null;
}

const requests = new WeakMap<object, NamedRequest>();

/** The request that an error answers; null for errors of anything but our clients. */
export const requestOf = (error: object): NamedRequest | null => requests.get(error) ?? null;

/** Input members that name what a request is about. */
interface Input {
  readonly vaultName?: string;
  readonly Bucket?: string;
  readonly TopicArn?: string;
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly ExpectedBucketOwner?: string;
}

/** Makes a client remember for each error which request it answers. */
export function nameRequests(client: GlacierClient | S3Client | SNSClient | SQSClient): void {
  const service = client.config.serviceId.toLowerCase() as NamedRequest['service'];
  // The four stacks differ in the types of inputs only, of which nothing but names is read.
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

/** The facts of an AWS error that people need. */
export interface AwsError {
  readonly kind: AwsErrorKind;
  readonly code: string;
  readonly message: string;
  readonly httpStatus: number | null;
  readonly requestId: string | null;
  /** What was asked for; null where the error is not an answer to a request. */
  readonly request: NamedRequest | null;
}

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

/** Reads the facts out of whatever an AWS client, a body stream or a socket threw. */
export function describeAwsError(error: unknown): AwsError {
  const raw = (typeof error === 'object' && error !== null ? error : {}) as RawError;
  const httpStatus = raw.$metadata?.httpStatusCode ?? null;
  const named = [raw.name, raw.code].filter((code): code is string => typeof code === 'string' && code !== NAMELESS);
  const code =
    named.find((name) => KIND_OF_CODE.has(name)) ?? named[0] ?? (httpStatus === null ? 'Error' : `HTTP ${httpStatus}`);
  const said = typeof raw.message === 'string' && raw.message !== NAMELESS_MESSAGE ? raw.message : '';
  const message = said === '' ? (STATUS_CODES[httpStatus ?? 0] ?? String(error)) : said;
  return {
    kind: kindOfCode(code, message) ?? kindOfStatus(httpStatus ?? 0, named.length > 0),
    code,
    message,
    httpStatus,
    requestId: raw.$metadata?.requestId ?? null,
    request: requestOf(raw),
  };
}

/** One sentence for people: what AWS answered, with the request id. */
export const awsErrorSentence = (awsError: AwsError): string =>
  `${awsError.code}: ${awsError.message}${requestIdOf(awsError)}`;

/** ` (AWS request …)`, or nothing. */
export const requestIdOf = ({ requestId }: AwsError): string =>
  requestId === null ? '' : ` (AWS request ${requestId})`;

/** Trying the same again may help: the fault is the line's or AWS's, or AWS wants to be asked less often. */
export const isTransient = ({ kind }: AwsError): boolean => kind === 'unavailable' || kind === 'throttled';

/** The failure type an AWS fault ends in when nothing better is known of it, and whether trying again can help. */
export function failureOf(kind: AwsErrorKind): { type: Failure; retryable: boolean } {
  const { remedy, failure } = REMEDIES[kind];
  return { type: failure, retryable: remedy === 'retry' || remedy === 'back-off' };
}
