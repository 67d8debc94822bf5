import { STOPS_THE_RUN } from '../failures';
import {
  KIND_OF_CODE,
  REMEDIES,
  type AwsErrorKind,
  type Remedy,
  describeAwsError,
  failureOf,
  awsErrorSentence,
} from './errors';

const aws = (name: string, httpStatusCode: number, message = 'said AWS'): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: 'req-1' } });
const node = (code: string): Error => Object.assign(new Error('said Node'), { code });

// By the error tables of the Glacier, S3, SQS and SNS developer guides, of KMS, and of errors common to all services.
const CODES: readonly (readonly [kind: AwsErrorKind, codes: string])[] = [
  [
    'throttled',
    `
    BandwidthLimitExceeded GlacierExpeditedRetrievalNotAvailable InsufficientCapacityException
    KMS.ThrottlingException KmsThrottled KMSThrottling KMSThrottlingException OverLimit RequestLimitExceeded
    RequestThrottled RequestThrottledException SlowDown SlowDownRead SlowDownWrite Throttled ThrottledException
    Throttling ThrottlingException TooManyRequestsException`,
  ],
  [
    'unavailable',
    `
    AbortError AWS.SimpleQueueService.PurgeQueueInProgress AWS.SimpleQueueService.QueueDeletedRecently BadDigest Busy
    ConditionalRequestConflict ConnectionClosedByRequester EADDRNOTAVAIL EAI_AGAIN EAI_FAIL ECONNABORTED ECONNREFUSED
    ECONNRESET EHOSTDOWN EHOSTUNREACH EMFILE ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENOTFOUND EPIPE EPROTO
    ERR_SOCKET_CLOSED ERR_STREAM_DESTROYED ERR_STREAM_PREMATURE_CLOSE ETIMEDOUT HPE_CLOSED_CONNECTION
    HPE_INVALID_CHUNK_SIZE HPE_INVALID_CONSTANT HPE_INVALID_EOF_STATE IncompleteBody InternalError
    InternalErrorException InternalFailure InternalServerError InternalServiceError KMS.DependencyTimeoutException
    KMS.InternalException KMS.KeyUnavailableException KMS.KMSInternalException NetworkingError OperationAborted
    PurgeQueueInProgress QueueDeletedRecently RequestAbortedException RequestTimeout RequestTimeoutException
    ServiceUnavailable ServiceUnavailableException Stalled TemporaryRedirect TimeoutError
    TransactionInProgressException WrongLength XAmzContentChecksumMismatch XAmzContentSHA256Mismatch`,
  ],
  [
    'missing',
    `
    AWS.SimpleQueueService.MessageNotInflight AWS.SimpleQueueService.NonExistentQueue MessageNotInflight
    NoSuchBucketPolicy NoSuchKey NoSuchLifecycleConfiguration NoSuchObjectLockConfiguration NoSuchTagSet NoSuchUpload
    NoSuchVersion NotFound NotFoundException ObjectLockConfigurationNotFoundError QueueDoesNotExist
    ReceiptHandleIsInvalid ResourceNotFoundException ServerSideEncryptionConfigurationNotFoundError`,
  ],
  [
    'refused',
    `
    AccessControlListNotSupported BadRequest BatchEntryIdsNotDistinct BatchRequestTooLong BucketAlreadyExists
    BucketAlreadyOwnedByYou EmptyBatchRequest EntityTooLarge EntityTooSmall InvalidAction InvalidArgument
    InvalidAttributeName InvalidAttributeValue InvalidBatchEntryId InvalidChunkSizeError InvalidDigest
    InvalidEncryptionAlgorithmError InvalidIdFormat InvalidMessageContents InvalidObjectState InvalidParameter
    InvalidParameterCombination InvalidParameterValue InvalidParameterValueException InvalidPart InvalidPartNumber
    InvalidPartOrder InvalidQueryParameter InvalidRange InvalidRequest InvalidStorageClass InvalidTag InvalidURI
    KeyTooLongError MalformedHttpRequestException MalformedPolicy MalformedQueryString MalformedTrailerError
    MalformedXML MetadataTooLarge MethodNotAllowed MissingAction MissingContentLength MissingParameter
    MissingParameterValueException MissingRequiredParameterException NotImplemented NotImplementedException
    ParameterValueInvalid PreconditionFailed QueueAlreadyExists QueueNameExists RequestHeaderSectionTooLarge
    SerializationException TooManyEntriesInBatchRequest UnexpectedContent UnsupportedOperation ValidationError
    ValidationException`,
  ],
  [
    'denied',
    `
    AccessDenied AccessDeniedException AuthorizationError NotAuthorized UnauthorizedAccess UnauthorizedOperation`,
  ],
  [
    'unauthenticated',
    `
    AuthFailure AuthorizationHeaderMalformed AuthorizationQueryParametersError CredentialsProviderError ExpiredToken
    ExpiredTokenException IncompleteSignature IncompleteSignatureException InvalidAccessKeyId InvalidClientTokenId
    InvalidSecurity InvalidSignatureException InvalidToken MissingAuthenticationToken
    MissingAuthenticationTokenException MissingSecurityElement MissingSecurityHeader ProviderError RequestExpired
    RequestInTheFuture RequestTimeTooSkewed SignatureDoesNotMatch TokenProviderError TokenRefreshRequired
    UnrecognizedClientException`,
  ],
  [
    'key-unusable',
    `
    KMS.AccessDeniedException KMS.DisabledException KMS.InvalidArnException KMS.InvalidKeyUsageException
    KMS.InvalidStateException KMS.KMSInvalidStateException KMS.NotFoundException KMS.OptInRequired KMSAccessDenied
    KmsAccessDenied KMSAccessDeniedException KMSDisabled KmsDisabled KMSDisabledException KmsInvalidKeyUsage
    KMSInvalidState KmsInvalidState KMSInvalidStateException KMSNotFound KmsNotFound KMSNotFoundException
    KMSOptInRequired KmsOptInRequired`,
  ],
  [
    'bucket-unusable',
    `
    IllegalLocationConstraintException InvalidBucketName InvalidBucketState NoSuchBucket PermanentRedirect`,
  ],
  [
    'service-refused',
    `
    AccountProblem AllAccessDisabled InvalidPayer LimitExceededException NoLongerSupportedException NotSignedUp
    OptInRequired PolicyEnforcedException SubscriptionLimitExceeded SubscriptionLimitExceededException TooManyBuckets
    TopicLimitExceeded TopicLimitExceededException`,
  ],
];
const KINDS = CODES.flatMap(([kind, codes]) =>
  codes
    .trim()
    .split(/\s+/)
    .map((code): [string, AwsErrorKind] => [code, kind]),
);

// Glacier throttles with 400, S3's complete may report an error with 200: no number changes what a code means.
test.each(KINDS)('%s is %s, whatever the HTTP number', (name, kind) => {
  for (const httpStatus of [200, 400, 403, 404, 500, 503]) {
    expect(describeAwsError(aws(name, httpStatus))).toEqual({
      kind,
      code: name,
      message: 'said AWS',
      httpStatus,
      requestId: 'req-1',
      request: null,
    });
  }
});

const SOCKETS = KINDS.filter(([code]) => /^(E[A-Z_]+|ERR_\w+|HPE_\w+)$/.test(code));
test.each(SOCKETS)('a connection that ends with %s is %s', (code, kind) =>
  expect(describeAwsError(node(code))).toMatchObject({ kind, code, httpStatus: null }),
);

test('each code of the table is here, and in one kind only', () => {
  expect(KINDS.map(([code]) => code).toSorted()).toEqual([...KIND_OF_CODE.keys()].toSorted());
});

test.each<[AwsErrorKind, Remedy, string, boolean]>([
  ['unavailable', 'retry', 'Unavailable', true],
  ['throttled', 'back-off', 'Unavailable', true],
  ['unknown', 'retry', 'Unavailable', true],
  ['missing', 'request-again', 'Refused', false],
  ['refused', 'fail-archive', 'Refused', false],
  ['denied', 'stop-and-ask', 'AccessDenied', false],
  ['unauthenticated', 'stop-and-ask', 'CredentialsUnusable', false],
  ['key-unusable', 'stop-and-ask', 'KeyUnusable', false],
  ['bucket-unusable', 'stop-and-ask', 'BucketUnusable', false],
  ['service-refused', 'stop-and-ask', 'ServiceRefused', false],
])('%s: %s, at last %s, tried again: %p', (kind, remedy, failure, retryable) => {
  expect(REMEDIES[kind]).toEqual({ remedy, failure });
  expect(failureOf(kind)).toEqual({ type: failure, retryable });
  expect(STOPS_THE_RUN.has(REMEDIES[kind].failure)).toBe(remedy === 'stop-and-ask');
});

test.each<[string, string, AwsErrorKind]>([
  ['ResourceNotFoundException', 'The archive ID was not found: NkbB', 'missing'],
  ['ResourceNotFoundException', 'Vault not found for ARN: arn:aws:glacier:eu-west-1:1:vaults/p', 'service-refused'],
  ['AccessDenied', 'User: u is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k"', 'denied'],
  [
    'AccessDenied',
    'User: u is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:us-east-1:1:key/k',
    'key-unusable',
  ],
])('one code, two meanings: %s with "%s" is %s', (name, message, kind) => {
  expect(describeAwsError(aws(name, 400, message)).kind).toBe(kind);
});

test.each<[number, AwsErrorKind]>([
  [502, 'unavailable'],
  [429, 'throttled'],
  [403, 'denied'],
  [401, 'denied'],
  [404, 'unknown'],
  [400, 'unknown'],
])('a code that is newer than the table is judged by its number: %i is %s', (status, kind) => {
  expect(describeAwsError(aws('NewlyInvented', status)).kind).toBe(kind);
});

// As the SDK reports a reply without a body, which every answer to a HEAD request is.
test.each<[number, AwsErrorKind]>([
  [301, 'bucket-unusable'],
  [400, 'unauthenticated'],
  [403, 'denied'],
  [500, 'unavailable'],
  [503, 'unavailable'],
])('an error without a body is judged by its status: %i is %s', (status, kind) => {
  expect(describeAwsError(aws('Unknown', status, 'UnknownError')).kind).toBe(kind);
});

test('an error without a body is named by its status', () => {
  const fault = describeAwsError(aws('Unknown', 403, 'UnknownError'));
  expect(fault).toMatchObject({ code: 'HTTP 403', message: 'Forbidden' });
  expect(awsErrorSentence(fault)).toBe('HTTP 403: Forbidden (AWS request req-1)');
});

test.each([[null], [undefined], ['text'], [7]])('what is no error at all, %p, is unknown', (thrown) => {
  expect(describeAwsError(thrown)).toMatchObject({ kind: 'unknown', code: 'Error', message: String(thrown) });
});
