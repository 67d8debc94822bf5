import { networkWords, statusWords } from './network-words';

const node = (code: string, more: object = {}): Error => Object.assign(new Error(`x ${code}`), { code, ...more });

test.each<[unknown, string]>([
  [node('ECONNREFUSED'), 'connection refused'],
  [node('ECONNRESET'), 'connection reset'],
  [node('ETIMEDOUT'), 'connection timed out'],
  [Object.assign(new Error('x'), { name: 'TimeoutError' }), 'no response in time'],
  [node('ENOTFOUND', { hostname: 's3.example' }), 'name not found (DNS): s3.example'],
  [node('EAI_AGAIN', { hostname: 's3.example' }), 'name not resolved (DNS): s3.example'],
  [node('ENETUNREACH'), 'network unreachable'],
  [Object.assign(new AggregateError([node('ECONNREFUSED')]), { message: '' }), 'connection refused'],
  [node('CERT_HAS_EXPIRED', { message: 'certificate has expired' }), 'CERT_HAS_EXPIRED: certificate has expired'],
  [new Error('socket hang up'), 'socket hang up'],
  [new Error('AWS SDK error wrapper for Error: connect ECONNREFUSED 127.0.0.1:1'), 'connection refused'],
  ['odd', 'odd'],
])('the network error %p is described as "%s"', (error, words) => {
  expect(networkWords(error)).toBe(words);
});

test('an HTTP status is described with its name', () => {
  expect([statusWords(503), statusWords(599)]).toEqual(['HTTP 503 Service Unavailable', 'HTTP 599']);
});
