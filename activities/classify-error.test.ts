import { lastingFailure, classifyError, problemOf } from './classify-error';

const node = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall });
const skewed = Object.assign(new Error('too large'), {
  name: 'RequestTimeTooSkewed',
  $metadata: { httpStatusCode: 403, requestId: 'req-1' },
});

test('a full disk stops the run at once and fails no archive', () => {
  const full = node('ENOSPC', 'write');
  expect(classifyError(full, 1)).toMatchObject({ type: 'HostUnusable', retryable: false });
  expect(problemOf(full, 1)).toMatchObject({ reason: 'HostUnusable', message: expect.stringContaining('TMPDIR') });
  expect(lastingFailure(7, full)).toBeNull();
});

test.each([
  ['a lack of file descriptors', node('EMFILE', 'open')],
  ['a wrong clock, which the SDK corrects after the first rejection', skewed],
])('%s is retried a few times, then reported as a problem to fix', (_name, error) => {
  expect(classifyError(error, 1)).toMatchObject({ type: 'HostUnusable', retryable: true });
  expect(problemOf(error, 1)).toBeNull();
  expect(lastingFailure(7, error)).toBeNull();
  expect(classifyError(error, 5)).toMatchObject({ type: 'HostUnusable', retryable: false });
  expect(problemOf(error, 5)?.reason).toBe('HostUnusable');
  expect(problemOf(error, Infinity)?.reason).toBe('HostUnusable');
});

test('a clock problem names the rejected AWS request', () => {
  expect(classifyError(skewed).message).toMatch(/clock of worker machine .*\(AWS request req-1\)$/);
});
