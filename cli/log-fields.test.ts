import { ApplicationFailure } from '@temporalio/common';
import { rememberOrigin } from '../src/failure-origin';
import { safeFields, safeLine } from './log-fields';
import { loggerTo, prettyTo } from './log';
import { Written } from './testing';

const C1 = '\u009b31m';
const REVERSED = '\u202egnp.exe';

test('an error is told by its message, code and path', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
    path: '/tmp/x',
  });
  expect(safeFields({ error })).toEqual({
    error: {
      type: 'Error',
      message: 'ENOSPC: no space left on device, write',
      code: 'ENOSPC',
      syscall: 'write',
      path: '/tmp/x',
    },
  });
});

test('the failure of an activity is told with the error behind it, and the AWS request', () => {
  const failure = ApplicationFailure.create({ type: 'Unavailable', message: 'SlowDown: wait', nextRetryDelay: 1_205 });
  const error = Object.assign(new Error('wait'), {
    name: 'SlowDown',
    $metadata: { httpStatusCode: 503, requestId: 'req-1' },
  });
  rememberOrigin(failure, { error, subject: {} });
  expect(safeFields({ error: failure })).toEqual({
    error: {
      type: 'Unavailable',
      message: 'SlowDown: wait',
      retryInMs: 1_205,
      nonRetryable: false,
      cause: { type: 'SlowDown', message: 'wait', httpStatus: 503, awsRequestId: 'req-1' },
    },
  });
});

test('causes are followed to the last, and one that closes on itself ends', () => {
  const error = new Error('outer', { cause: new Error('inner') });
  expect(safeFields({ error })).toMatchObject({ error: { message: 'outer', cause: { message: 'inner' } } });
  const round = new Error('round');
  round.cause = new Error('half', { cause: round });
  expect(JSON.stringify(safeFields({ error: round }))).toContain('…');
});

test('the addresses that Node tried one by one are all told', () => {
  const error = new AggregateError([
    new Error('connect ECONNREFUSED ::1:80'),
    new Error('connect ECONNREFUSED 127.0.0.1:80'),
  ]);
  expect(safeFields({ error })).toMatchObject({
    error: { errors: [{ message: 'connect ECONNREFUSED ::1:80' }, { message: 'connect ECONNREFUSED 127.0.0.1:80' }] },
  });
});

test('the stack is kept of a defect alone', () => {
  const { err, error } = safeFields({ err: new Error('x'), error: new Error('x') }) as Record<
    string,
    { stack?: string }
  >;
  expect(err?.stack).toContain('log-fields.test');
  expect(error).not.toHaveProperty('stack');
});

test('a text of many lines is one line, and a very long one is cut', () => {
  expect(safeLine('Out of Memory Error\n\nPossible solutions:')).toBe('Out of Memory Error Possible solutions:');
  expect(safeLine('x'.repeat(10_000))).toHaveLength(4_000);
});

/** Characters that a terminal acts upon, but for the line's own end. */
const HARMFUL = /[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u;

describe.each([
  ['JSON Lines', (to: Written) => loggerTo(to, { level: 'info' })],
  ['lines for people', (to: Written) => loggerTo(prettyTo(to, false), { level: 'info' })],
])('%s', (_name, create) => {
  test.each<[string, unknown]>([
    ['a field', { name: `${C1}${REVERSED}\u001b[2J` }],
    ['the name of a field', { [`${C1}name`]: 1 }],
    ['a nested field', { archive: { key: [REVERSED] } }],
    ['the message of an error', { error: new Error(`bad ${C1}${REVERSED}`) }],
    ['the stack of a defect', { err: new Error(`bad ${C1}${REVERSED}`) }],
    ['the cause of an error', { error: new Error('x', { cause: new Error(C1) }) }],
    ['an error alone', new Error(`bad ${C1}`)],
  ])('let %s do no harm to a terminal', (_what, fields) => {
    const written = new Written();
    create(written).warn(fields, `message ${C1}${REVERSED}`);
    expect(written.text).toContain('message');
    expect(written.text).not.toMatch(HARMFUL);
  });

  test('say why something failed', () => {
    const written = new Written();
    create(written).warn({ error: Object.assign(new Error('no space left'), { code: 'ENOSPC' }) }, 'Activity failed');
    expect(written.text).toMatch(/Activity failed/);
    expect(written.text).toMatch(/"message":"no space left","code":"ENOSPC"/);
    expect(written.text.trimEnd()).not.toContain('\n');
  });
});
