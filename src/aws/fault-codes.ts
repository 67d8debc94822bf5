import { Failure } from '../failures';

/**
 * What an error of AWS means for us. Decided by its code: Glacier throttles with HTTP 400.
 * `missing`: what the request named is gone, so whoever needs it asks for it anew (a job, an upload) or ends the archive.
 */
export type FaultKind =
  | 'passing'
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
export const REMEDIES: Readonly<Record<FaultKind, { readonly remedy: Remedy; readonly failure: Failure }>> = {
  passing: { remedy: 'retry', failure: Failure.Unavailable },
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
const CODES: Readonly<Record<Exclude<FaultKind, 'unknown'>, string>> = {
  throttled: `
    ThrottlingException Throttling ThrottledException Throttled RequestThrottled RequestThrottledException
    TooManyRequestsException RequestLimitExceeded SlowDown SlowDownRead SlowDownWrite BandwidthLimitExceeded
    InsufficientCapacityException GlacierExpeditedRetrievalNotAvailable OverLimit
    KMS.ThrottlingException KMSThrottling KMSThrottlingException KmsThrottled`,
  passing: `
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
export const KIND_OF_CODE: ReadonlyMap<string, FaultKind> = new Map(
  Object.entries(CODES).flatMap(([kind, codes]) =>
    codes
      .trim()
      .split(/\s+/)
      .map((code): [string, FaultKind] => [code, kind as FaultKind]),
  ),
);

/** Where one code stands for two things, AWS's words tell them apart. */
const BY_WORDS: readonly { readonly code: RegExp; readonly words: RegExp; readonly kind: FaultKind }[] = [
  // A bucket encrypted with a KMS key that the caller may not use.
  { code: /^AccessDenied(Exception)?$/, words: /\bkms:\w/i, kind: 'key-unusable' },
  // Glacier names a missing vault, archive and job by one code.
  { code: /^ResourceNotFoundException$/, words: /^Vault not found\b/i, kind: 'service-refused' },
];

/** What the code of an error means; null for one that is not in the table. */
export const kindOfCode = (code: string, message: string): FaultKind | null =>
  BY_WORDS.find((rule) => rule.code.test(code) && rule.words.test(message))?.kind ?? KIND_OF_CODE.get(code) ?? null;

/** For errors without a code, as all that answer a HEAD request, and for codes that are newer than the table. */
export function kindOfStatus(httpStatus: number, hasCode: boolean): FaultKind {
  if (httpStatus === 401 || httpStatus === 403) return 'denied';
  if (httpStatus === 429) return 'throttled';
  if (httpStatus >= 500) return 'passing';
  if (hasCode) return 'unknown';
  // Our HEAD requests are well formed: S3 answers them so when the token has expired, or the bucket is elsewhere.
  if (httpStatus === 400) return 'unauthenticated';
  return httpStatus === 301 ? 'bucket-unusable' : 'unknown';
}
