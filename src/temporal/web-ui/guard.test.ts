import { refusalOf } from './guard';

const PAGE = { host: '127.0.0.1:8233' };
const request = (headers: Readonly<Record<string, string>>, method = 'GET', path = '/api/v1/namespaces') =>
  refusalOf({ method, path, headers: { ...PAGE, ...headers } });

test.each([
  ['a program', {}],
  ['the page itself', { origin: 'http://127.0.0.1:8233', 'sec-fetch-site': 'same-origin' }],
  ['an address that was typed', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
  ['localhost', { host: 'localhost:8233', origin: 'http://localhost:8233', 'sec-fetch-site': 'same-origin' }],
  ['a tunnel from another port', { host: 'localhost:9000', origin: 'http://localhost:9000' }],
])('%s is served, for reading and writing', (_, headers) => {
  expect([request(headers), request(headers, 'POST')]).toEqual([null, null]);
});

test.each([
  ['a foreign name', { host: 'evil.example' }],
  ['a foreign name with our port', { host: 'evil.example:8233' }],
  ['a name that begins as ours', { host: '127.0.0.1.evil.example:8233' }],
  ['a name that begins with localhost', { host: 'localhost.evil.example:8233' }],
  ['no name', { host: '' }],
  ['a name that is none', { host: 'no host' }],
  ['a page that was made to lead here', { host: 'evil.example:8233', origin: 'http://evil.example:8233' }],
  ['a foreign page', { origin: 'https://evil.example' }],
  ['a page without an origin of its own', { origin: 'null' }],
  ['a page of another local server', { origin: 'http://127.0.0.1:3000' }],
  ['a page by its other name', { origin: 'http://localhost:8233' }],
  ['a page by TLS', { origin: 'https://127.0.0.1:8233' }],
  [
    'a request that names no origin, from a foreign page',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  ],
  ['a request that names no origin, from another local server', { 'sec-fetch-site': 'same-site' }],
  [
    'a link from elsewhere to data',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ],
])('%s is refused, for reading and writing', (_, headers) => {
  expect(request(headers)).not.toBeNull();
  expect(request(headers, 'POST')).not.toBeNull();
});

test('a link from elsewhere opens a page, but not in a frame, and sends nothing', () => {
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const page = '/namespaces/default/workflows/run';
  expect(request(link, 'GET', page)).toBeNull();
  expect(request({ ...link, 'sec-fetch-dest': 'iframe' }, 'GET', page)).not.toBeNull();
  expect(request(link, 'POST', page)).not.toBeNull();
});
