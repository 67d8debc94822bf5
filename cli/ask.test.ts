import { PassThrough } from 'node:stream';
import { askOn } from './ask';
import { Written } from './testing';

const typed = (text: string): PassThrough & { isTTY: boolean } => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  input.write(text);
  return input;
};

test.each([
  ['a line', 'yes\r', 'yes'],
  ['nothing but Enter', '\r', ''],
  ['Ctrl-C', '\u0003', ''],
  ['Ctrl-D', '\u0004', ''],
])('%s', async (_, keys, answer) => {
  const output = new Written();
  expect(await askOn(typed(keys), output, 'Really? ')).toBe(answer);
  expect(output.text).toContain('Really? ');
});

test('a terminal that goes away is no answer', async () => {
  const input = typed('');
  input.end();
  expect(await askOn(input, new Written(), 'Really? ')).toBe('');
});

test('what is no terminal is not asked', async () => {
  const output = new Written();
  expect(await askOn(new PassThrough(), output, 'Really? ')).toBeNull();
  expect(output.text).toBe('');
});
