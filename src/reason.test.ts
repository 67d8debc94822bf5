import { reasonOf } from './reason';

test.each([
  [new Error('broken'), 'broken'],
  [
    new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND temporal.download') }),
    'getaddrinfo ENOTFOUND temporal.download',
  ],
  [new TypeError('fetch failed'), 'fetch failed'],
  ['text', 'text'],
  [undefined, 'undefined'],
  [null, 'null'],
])('%p is told as %p', (thrown, words) => {
  expect(reasonOf(thrown)).toBe(words);
});
