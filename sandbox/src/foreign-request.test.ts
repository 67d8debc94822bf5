import { foreignRequest } from './foreign-request';

test.each([
  '127.0.0.1',
  '127.0.0.1:4566',
  'localhost:4566',
  'LOCALHOST',
  '[::1]:4566',
  'films.localhost:4566',
  'a.dotted.bucket.localhost',
])('an AWS client with the Host header %s is answered', (host) => {
  expect(foreignRequest({ host })).toBeNull();
});

test.each([
  'evil.example',
  'evil.example:4566',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'evillocalhost',
  'films.127.0.0.1',
  '127.0.0.1:4566@evil.example',
  '127.0.0.1 evil.example',
  'localhost.',
  '.localhost',
  '0.0.0.0:4566',
  '127.0.0.2',
  '2130706433',
  '',
])('the Host header "%s" is rejected', (host) => {
  expect(foreignRequest({ host })).toContain(`not as ${JSON.stringify(host)}`);
});

test('a request without a Host header is rejected', () => {
  expect(foreignRequest({})).toContain('not as ""');
});

test.each([
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'http://127.0.0.1:4566' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'same-origin' },
])('a request of a web page is rejected: %j', (headers) => {
  expect(foreignRequest({ host: '127.0.0.1:4566', ...headers })).toContain('web page');
});

test('an address that a person types into a browser is answered', () => {
  expect(foreignRequest({ host: '127.0.0.1:4566', 'sec-fetch-site': 'none' })).toBeNull();
});
