import { Failure } from '../failures';
import { describeFault, failureOf, faultSentence, type FaultKind } from './faults';

const aws = (name: string, httpStatusCode: number, message = 'said AWS'): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: 'req-1' } });
const node = (code: string): Error => Object.assign(new Error('said Node'), { code });

// Codes and statuses of the developer guides; Glacier throttles with 400, S3's complete may report an error with 200.
test.each<[string, number, FaultKind]>([
  ['ThrottlingException', 400, 'throttled'],
  ['PolicyEnforcedException', 400, 'throttled'],
  ['InsufficientCapacityException', 400, 'throttled'],
  ['SlowDown', 503, 'throttled'],
  ['RequestTimeoutException', 408, 'passing'],
  ['ServiceUnavailableException', 500, 'passing'],
  ['InternalError', 200, 'passing'],
  ['BadDigest', 400, 'passing'],
  ['AccessDeniedException', 403, 'denied'],
  ['ExpiredTokenException', 403, 'lapsed'],
  ['UnrecognizedClientException', 400, 'denied'],
  ['NoLongerSupportedException', 400, 'refused'],
  ['InvalidParameterValueException', 400, 'refused'],
  ['NoSuchBucket', 404, 'refused'],
  ['ResourceNotFoundException', 404, 'missing'],
  ['NoSuchUpload', 404, 'missing'],
  ['NewlyInvented', 502, 'passing'],
  ['NewlyInvented', 429, 'throttled'],
  ['NewlyInvented', 403, 'denied'],
  ['NewlyInvented', 400, 'unknown'],
])('%s with status %i is %s', (name, status, kind) => {
  expect(describeFault(aws(name, status))).toEqual({
    kind,
    code: name,
    message: 'said AWS',
    httpStatus: status,
    requestId: 'req-1',
  });
});

test.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE'])(
  'a connection that ends with %s passes',
  (code) => expect(describeFault(node(code))).toMatchObject({ kind: 'passing', code, httpStatus: null }),
);

// As the SDK reports a reply without a body, which every answer to a HEAD request is.
test('an error without a body is judged by its status, and named by it', () => {
  const fault = describeFault(aws('Unknown', 403, 'UnknownError'));
  expect(fault).toMatchObject({ kind: 'denied', code: 'HTTP 403', message: 'Forbidden' });
  expect(describeFault(aws('Unknown', 503, 'UnknownError')).kind).toBe('passing');
  expect(faultSentence(fault)).toBe('HTTP 403: Forbidden (AWS request req-1)');
});

test.each([[null], [undefined], ['text'], [7]])('what is no error at all, %p, is unknown', (thrown) => {
  expect(describeFault(thrown)).toMatchObject({ kind: 'unknown', code: 'Error', message: String(thrown) });
});

test.each<[FaultKind, string, boolean]>([
  ['throttled', Failure.Unavailable, true],
  ['passing', Failure.Unavailable, true],
  ['unknown', Failure.Unavailable, true],
  ['denied', Failure.AccessDenied, false],
  ['refused', Failure.Refused, false],
  ['missing', Failure.Refused, false],
])('%s ends as %s, tried again: %p', (kind, type, retryable) => {
  expect(failureOf(kind)).toEqual({ type, retryable });
});
