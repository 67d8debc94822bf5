import { STOPS_THE_RUN } from '../failures';
import {
  awsErrorSentence,
  CODES,
  describeAwsError,
  failureOf,
  HANDLING,
  type AwsErrorKind,
  type Remedy,
} from './errors';

const aws = (name: string, httpStatusCode: number, message = 'said AWS'): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: 'req-1' } });
const node = (code: string): Error => Object.assign(new Error('said Node'), { code });

// Glacier throttles with 400 and CompleteMultipartUpload may report an error with 200: the status does not change the kind.
test.each<[string, AwsErrorKind]>([
  ['ServiceUnavailableException', 'unavailable'],
  ['ThrottlingException', 'throttled'],
  ['NoSuchUpload', 'missing'],
  ['InvalidParameterValueException', 'rejected'],
  ['AccessDenied', 'denied'],
  ['ExpiredToken', 'unauthenticated'],
  ['KMS.DisabledException', 'key-unusable'],
  ['NoSuchBucket', 'bucket-unusable'],
  ['PolicyEnforcedException', 'service-unusable'],
])('an AWS error with the code %s is %s with any HTTP status', (name, kind) => {
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

test.each(['ECONNRESET', 'ENOTFOUND', 'ERR_STREAM_PREMATURE_CLOSE', 'HPE_INVALID_CHUNK_SIZE'])(
  'a connection that fails with %s is unavailable',
  (code) => expect(describeAwsError(node(code))).toMatchObject({ kind: 'unavailable', code, httpStatus: null }),
);

test('every AWS error code is listed under one kind only', () => {
  const codes = Object.values(CODES).flatMap((list) => list.trim().split(/\s+/));
  expect(codes).toHaveLength(new Set(codes).size);
});

test.each<[AwsErrorKind, Remedy, string, boolean]>([
  ['unavailable', 'retry', 'Unavailable', true],
  ['throttled', 'back-off', 'Unavailable', true],
  ['missing', 'request-again', 'Refused', false],
  ['rejected', 'fail-archive', 'Refused', false],
  ['denied', 'stop-run', 'AccessDenied', false],
])(
  'an AWS error of the kind %s is handled by %s, ends in %s and is retryable: %p',
  (kind, remedy, failure, retryable) => {
    expect(HANDLING[kind]).toEqual({ remedy, failure });
    expect(failureOf(kind)).toEqual({ type: failure, retryable });
  },
);

test('exactly the AWS errors handled by stopping the run end in a failure that stops the run', () => {
  for (const { remedy, failure } of Object.values(HANDLING)) {
    expect(STOPS_THE_RUN.has(failure)).toBe(remedy === 'stop-run');
  }
});

test.each<[string, string, AwsErrorKind]>([
  ['ResourceNotFoundException', 'The archive ID was not found: NkbB', 'missing'],
  ['ResourceNotFoundException', 'Vault not found for ARN: arn:aws:glacier:eu-west-1:1:vaults/p', 'service-unusable'],
  ['AccessDenied', 'User: u is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k"', 'denied'],
  [
    'AccessDenied',
    'User: u is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:us-east-1:1:key/k',
    'key-unusable',
  ],
])('the AWS error code %s with the message "%s" is %s', (name, message, kind) => {
  expect(describeAwsError(aws(name, 400, message)).kind).toBe(kind);
});

test.each<[number, AwsErrorKind]>([
  [502, 'unavailable'],
  [429, 'throttled'],
  [403, 'denied'],
  [401, 'denied'],
  [404, 'unknown'],
  [400, 'unknown'],
])('an AWS error with an unknown code is classified by its HTTP status: %i is %s', (status, kind) => {
  expect(describeAwsError(aws('NewlyInvented', status)).kind).toBe(kind);
});

// As the SDK reports a response without a body, such as every response to a HEAD request.
test.each<[number, AwsErrorKind]>([
  [301, 'bucket-unusable'],
  [400, 'unauthenticated'],
  [403, 'denied'],
  [500, 'unavailable'],
  [503, 'unavailable'],
])('an AWS error without a body is classified by its HTTP status: %i is %s', (status, kind) => {
  expect(describeAwsError(aws('Unknown', status, 'UnknownError')).kind).toBe(kind);
});

test('an AWS error without a body is named after its HTTP status', () => {
  const error = describeAwsError(aws('Unknown', 403, 'UnknownError'));
  expect(error).toMatchObject({ code: 'HTTP 403', message: 'Forbidden' });
  expect(awsErrorSentence(error)).toBe('HTTP 403: Forbidden (AWS request req-1)');
});

test.each([[null], [undefined], ['text'], [7]])('a thrown value that is not an error, %p, is unknown', (thrown) => {
  expect(describeAwsError(thrown)).toMatchObject({ kind: 'unknown', code: 'Error', message: String(thrown) });
});
