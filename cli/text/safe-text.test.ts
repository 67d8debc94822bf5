import * as fc from 'fast-check';
import { safeText } from './format';

test.each([
  ['plain name.txt', 'plain name.txt'],
  ['Größe 写真 🙂', 'Größe 写真 🙂'],
  ['\u001b[31mred\u001b[0m', '\uFFFD[31mred\uFFFD[0m'],
  ['title \u009d0;x\u0007', 'title \uFFFD0;x\uFFFD'],
  ['two\r\nlines', 'two\uFFFD\uFFFDlines'],
  ['invoice\u202Efdp.exe', 'invoice\uFFFDfdp.exe'],
  ['lone \ud800 surrogate', 'lone \uFFFD surrogate'],
])('%j is shown as %j', (untrusted, shown) => {
  expect(safeText(untrusted)).toBe(shown);
});

test('nothing that a terminal obeys is left, whatever comes in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(safeText(text)).not.toMatch(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});
