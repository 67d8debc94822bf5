import { isLoopback } from './loopback';

test.each([
  ['localhost:7233', true],
  ['127.0.0.1:7233', true],
  ['127.1.2.3:7233', true],
  ['[::1]:7233', true],
  ['localhost.example:7233', false],
  ['127.0.0.1.example:7233', false],
  ['10.0.0.1:7233', false],
  ['[2001:db8::1]:7233', false],
  ['localhost', true],
  ['127.0.0.1@evil.example', false],
  ['not an address', false],
  ['', false],
])('%s is on this machine: %s', (address, loopback) => {
  expect(isLoopback(address)).toBe(loopback);
});
