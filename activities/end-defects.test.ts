import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { TransferError } from '../src/failures';
import { InventoryError } from '../src/inventory/member';
import { endingDefects, isDefect } from './end-defects';

const coded = (code: string, more: object = {}): Error => Object.assign(new Error('x'), { code, ...more });

test.each<[string, unknown, boolean]>([
  ['a TypeError', new TypeError('x is not a function'), true],
  ['a row that DuckDB cannot convert', new Error('Conversion Error: Could not convert'), true],
  ['a full disk', coded('ENOSPC', { syscall: 'write' }), false],
  ['DuckDB on a full disk', new Error('IO Error: Could not write file "/x": No space left on device'), false],
  ['a refused connection', coded('ECONNREFUSED', { syscall: 'connect' }), false],
  ['an unknown socket error', coded('EUNKNOWN', { syscall: 'connect' }), false],
  [
    'an error response of AWS',
    Object.assign(new Error('x'), { name: 'New', $metadata: { httpStatusCode: 400 } }),
    false,
  ],
  ['an error of ours', new TransferError('JobExpired', 'gone'), false],
  ['an invalid inventory', new InventoryError('no inventory'), false],
])('whether %s counts as a bug of the program: %p', (_name, error, expected) => {
  expect(isDefect(error)).toBe(expected);
});

async function thrownOnAttempt(attempt: number, error: unknown): Promise<unknown> {
  const environment = new MockActivityEnvironment({ attempt }, { logger: new DefaultLogger('ERROR') });
  const { work } = endingDefects({ work: async (): Promise<void> => await Promise.reject(error) });
  return await environment.run(work).catch((thrown: unknown) => thrown);
}

test('a bug fails the activity after the tenth attempt, with advice', async () => {
  const defect = new TypeError('x is not a function');
  expect(await thrownOnAttempt(9, defect)).toBe(defect);
  expect(await thrownOnAttempt(10, defect)).toMatchObject({
    type: 'Unavailable',
    options: {},
    message: expect.stringMatching(/^TypeError: x is not a function\. It failed 10 times.*report it/),
  });
});

test('an outage is retried without limit', async () => {
  const outage = coded('ECONNREFUSED', { syscall: 'connect' });
  expect(await thrownOnAttempt(500, outage)).toBe(outage);
});
