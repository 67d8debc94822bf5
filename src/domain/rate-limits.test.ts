import { rateLimitProblem } from './rate-limits';

test.each([
  [{ bytesPerDay: '1' }],
  [{ requestsPerSecond: 0.5 }],
  [{ bytesPerDay: '21990232555520', requestsPerSecond: 10_000 }],
])('%j can be set', (limits) => {
  expect(rateLimitProblem(limits)).toBeNull();
});

test.each([
  [{}, 'are empty'],
  [null, 'are empty'],
  [{ bytesPerDay: '0' }, 'bytes per day'],
  [{ bytesPerDay: '1.5' }, 'bytes per day'],
  [{ requestsPerSecond: 0 }, 'requests per second'],
  [{ requestsPerSecond: 10_001 }, 'requests per second'],
  [{ requestsPerSecond: 'many' }, 'requests per second'],
  [{ bytesPerHour: '1' }, 'no bytesPerHour'],
])('%j cannot', (limits, words) => {
  expect(rateLimitProblem(limits)).toContain(words);
});
