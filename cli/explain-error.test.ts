import { ServiceError } from '@temporalio/client';
import { TemporalConnectionError } from '../src/temporal/errors';
import { ExitCode, usageError } from './exit-codes';
import { explainError } from './explain-error';

const grpc = (code: number, details: string): Error =>
  Object.assign(new Error(`${code} ${details}`), { code, details, metadata: {} });
const aws = (name: string, message: string): Error =>
  Object.assign(new Error(message), { name, $metadata: { requestId: 'R1', httpStatusCode: 400 } });

test.each([
  ['our own errors stay', usageError('bad name'), 'bad name', ExitCode.Usage],
  [
    'no Temporal',
    new ServiceError('Failed to describe', { cause: grpc(14, 'connection refused') }),
    /does not respond: connection refused/,
    ExitCode.Temporary,
  ],
  ['nothing at the address', new TemporalConnectionError('No server at x'), 'No server at x', ExitCode.Temporary],
  ['slow Temporal', grpc(4, 'deadline'), /does not respond: deadline/, ExitCode.Temporary],
  ['Temporal without a key', grpc(16, 'no token'), /denied access: no token/, ExitCode.Configuration],
  ['no region', new Error('Region is missing'), /set AWS_REGION/, ExitCode.Configuration],
  ['AWS denies', aws('AccessDenied', 'not you'), /AccessDenied: not you \(AWS request R1\)/, ExitCode.Configuration],
  ['AWS throttles', aws('ThrottlingException', 'Rate exceeded'), /Try again/, ExitCode.Temporary],
  ['AWS does not know', aws('NoSuchBucket', 'gone'), /NoSuchBucket: gone/, ExitCode.Error],
  ['a plain error', new Error('odd'), 'odd', ExitCode.Error],
  ['not even an error', 'text', 'text', ExitCode.Error],
])('%s', (_, error, message, exitCode) => {
  const explained = explainError(error);
  expect(explained.message).toMatch(message);
  expect(explained.exitCode).toBe(exitCode);
});
