import { testCli } from '../testing';
import { tellReading } from './reading';

const terminal = { isTTY: true, cursorTo: () => true, clearLine: () => true };

test('without a terminal there is a line a minute', () => {
  const { context, stderr } = testCli();
  let nowMs = 0;
  const reading = tellReading({ ...context, now: () => new Date(nowMs) }, 3_000, true);
  for (const atMs of [1_000, 59_999, 60_000, 61_000, 120_000]) {
    nowMs = atMs;
    reading.read(500);
  }
  reading.close();
  expect(stderr.text).toBe('Read 1,500 of 3,000 rows.\nRead 2,500 of 3,000 rows.\n');
});

test.each([
  ['a bar where the result goes into a file', true, true, true],
  ['a bar where the result goes elsewhere', false, false, true],
  ['no bar where the result is on the same terminal', true, false, false],
])('on a terminal there is %s', (_, stdoutIsTerminal, intoFile, hasBar) => {
  const { context, stdout, stderr } = testCli();
  Object.assign(stderr, terminal);
  if (stdoutIsTerminal) Object.assign(stdout, terminal);
  const reading = tellReading(context, 3_000, intoFile);
  reading.read(500);
  reading.close();
  expect(stderr.text.includes('\u2591\u2591\u2591')).toBe(hasBar);
  expect(stderr.text.includes('read 500 of 3,000 rows')).toBe(hasBar);
});
