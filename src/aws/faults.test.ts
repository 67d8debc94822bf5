import { STOPS_THE_RUN } from '../failures';
import { REMEDIES, type FaultKind, type Remedy } from './fault-codes';
import { describeFault, failureOf, faultSentence } from './faults';

const aws = (name: string, httpStatusCode: number, message = 'said AWS'): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: 'req-1' } });
const node = (code: string): Error => Object.assign(new Error('said Node'), { code });

const kindsOf = (codes: string, kind: FaultKind): [string, FaultKind][] =>
  codes
    .trim()
    .split(/\s+/)
    .map((code) => [code, kind]);

// The error tables of the Glacier, S3, SQS and SNS developer guides, of KMS, and of errors common to all services.
const CODES = [
  ...kindsOf('ThrottlingException Throttling Throttled RequestThrottled RequestLimitExceeded', 'throttled'),
  ...kindsOf('SlowDown TooManyRequestsException InsufficientCapacityException OverLimit KmsThrottled', 'throttled'),
  ...kindsOf('KMS.ThrottlingException', 'throttled'),
  ...kindsOf('ServiceUnavailableException ServiceUnavailable InternalError InternalFailure', 'passing'),
  ...kindsOf('RequestTimeoutException RequestTimeout OperationAborted ConditionalRequestConflict', 'passing'),
  ...kindsOf('BadDigest XAmzContentSHA256Mismatch IncompleteBody TemporaryRedirect TimeoutError', 'passing'),
  ...kindsOf('AbortError QueueDeletedRecently KMS.KMSInternalException KMS.DependencyTimeoutException', 'passing'),
  ...kindsOf('ResourceNotFoundException NotFound NoSuchKey NoSuchUpload NoSuchVersion', 'missing'),
  ...kindsOf('QueueDoesNotExist AWS.SimpleQueueService.NonExistentQueue ReceiptHandleIsInvalid', 'missing'),
  ...kindsOf('InvalidParameterValueException MissingParameterValueException BadRequest', 'refused'),
  ...kindsOf('SerializationException InvalidRequest InvalidArgument KeyTooLongError MetadataTooLarge', 'refused'),
  ...kindsOf('EntityTooLarge EntityTooSmall InvalidPart InvalidPartOrder InvalidObjectState', 'refused'),
  ...kindsOf('InvalidStorageClass MalformedXML MethodNotAllowed PreconditionFailed NotImplemented', 'refused'),
  ...kindsOf('NotImplementedException ValidationError InvalidMessageContents', 'refused'),
  ...kindsOf('AccessDeniedException AccessDenied AuthorizationError NotAuthorized', 'denied'),
  ...kindsOf('CredentialsProviderError TokenProviderError ExpiredTokenException ExpiredToken', 'unauthenticated'),
  ...kindsOf('TokenRefreshRequired InvalidToken InvalidAccessKeyId InvalidClientTokenId', 'unauthenticated'),
  ...kindsOf('UnrecognizedClientException MissingAuthenticationTokenException', 'unauthenticated'),
  ...kindsOf('InvalidSignatureException SignatureDoesNotMatch IncompleteSignature', 'unauthenticated'),
  ...kindsOf('IncompleteSignatureException AuthorizationHeaderMalformed', 'unauthenticated'),
  ...kindsOf('RequestTimeTooSkewed RequestExpired', 'unauthenticated'),
  ...kindsOf('KMS.DisabledException KMS.NotFoundException KMS.KMSInvalidStateException', 'key-unusable'),
  ...kindsOf('KmsDisabled KmsAccessDenied KmsInvalidState KmsNotFound KMSAccessDenied', 'key-unusable'),
  ...kindsOf('NoSuchBucket PermanentRedirect InvalidBucketName', 'bucket-unusable'),
  ...kindsOf('NoLongerSupportedException PolicyEnforcedException LimitExceededException', 'service-refused'),
  ...kindsOf('OptInRequired NotSignedUp AccountProblem AllAccessDisabled', 'service-refused'),
];

// Glacier throttles with 400, S3's complete may report an error with 200: no number changes what a code means.
test.each(CODES)('%s is %s, whatever the HTTP number', (name, kind) => {
  for (const httpStatus of [200, 400, 403, 404, 500, 503]) {
    expect(describeFault(aws(name, httpStatus))).toEqual({
      kind,
      code: name,
      message: 'said AWS',
      httpStatus,
      requestId: 'req-1',
      request: null,
    });
  }
});

test.each(
  `ECONNRESET ECONNREFUSED ECONNABORTED EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH EMFILE
  ERR_STREAM_PREMATURE_CLOSE HPE_INVALID_CONSTANT`.split(/\s+/),
)('a connection that ends with %s passes', (code) =>
  expect(describeFault(node(code))).toMatchObject({ kind: 'passing', code, httpStatus: null }),
);

test.each<[FaultKind, Remedy, string, boolean]>([
  ['passing', 'retry', 'Unavailable', true],
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

test.each<[string, string, FaultKind]>([
  ['ResourceNotFoundException', 'The archive ID was not found: NkbB', 'missing'],
  ['ResourceNotFoundException', 'Vault not found for ARN: arn:aws:glacier:eu-west-1:1:vaults/p', 'service-refused'],
  ['AccessDenied', 'User: u is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k"', 'denied'],
  [
    'AccessDenied',
    'User: u is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:us-east-1:1:key/k',
    'key-unusable',
  ],
])('one code, two meanings: %s with "%s" is %s', (name, message, kind) => {
  expect(describeFault(aws(name, 400, message)).kind).toBe(kind);
});

test.each<[number, FaultKind]>([
  [502, 'passing'],
  [429, 'throttled'],
  [403, 'denied'],
  [401, 'denied'],
  [404, 'unknown'],
  [400, 'unknown'],
])('a code that is newer than the table is judged by its number: %i is %s', (status, kind) => {
  expect(describeFault(aws('NewlyInvented', status)).kind).toBe(kind);
});

// As the SDK reports a reply without a body, which every answer to a HEAD request is.
test.each<[number, FaultKind]>([
  [301, 'bucket-unusable'],
  [400, 'unauthenticated'],
  [403, 'denied'],
  [500, 'passing'],
  [503, 'passing'],
])('an error without a body is judged by its status: %i is %s', (status, kind) => {
  expect(describeFault(aws('Unknown', status, 'UnknownError')).kind).toBe(kind);
});

test('an error without a body is named by its status', () => {
  const fault = describeFault(aws('Unknown', 403, 'UnknownError'));
  expect(fault).toMatchObject({ code: 'HTTP 403', message: 'Forbidden' });
  expect(faultSentence(fault)).toBe('HTTP 403: Forbidden (AWS request req-1)');
});

test.each([[null], [undefined], ['text'], [7]])('what is no error at all, %p, is unknown', (thrown) => {
  expect(describeFault(thrown)).toMatchObject({ kind: 'unknown', code: 'Error', message: String(thrown) });
});
