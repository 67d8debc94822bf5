import { RUN_NAME } from '../../src/ids';
import { ExitCode } from '../exit-codes';
import { runNames } from './request';

test('a run is called after its series and its vault', () => {
  expect(runNames('all', ['photos', '.films', '_x'])).toEqual(['all-photos', 'all-.films', 'all-_x']);
});

test('where one of the names would be too long all are numbered', () => {
  expect(runNames('all', ['photos', 'v'.repeat(97)])).toEqual(['all-01', 'all-02']);
  const many = Array.from({ length: 1_000 }, (_, number) => `v${number}`.padEnd(255, 'x'));
  const names = runNames('a'.repeat(95), many);
  expect(names.every((name) => RUN_NAME.test(name))).toBe(true);
  expect(new Set(names).size).toBe(many.length);
  expect(names.at(-1)).toMatch(/^a+-1000$/);
});

test('a series name that leaves no room for its runs is rejected', () => {
  expect(() => runNames('a'.repeat(96), ['photos'])).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/too long for the name of a series/) as string,
      exitCode: ExitCode.Usage,
    }),
  );
});
