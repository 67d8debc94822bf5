import { paceProblem } from './pace';

test.each([
  [{ bytesPerDay: '1' }],
  [{ requestsPerSecond: 0.5 }],
  [{ bytesPerDay: '21990232555520', requestsPerSecond: 10_000 }],
])('%j can be set', (pace) => {
  expect(paceProblem(pace)).toBeNull();
});

test.each([
  [{}, 'says nothing'],
  [null, 'says nothing'],
  [{ bytesPerDay: '0' }, 'bytes per day'],
  [{ bytesPerDay: '1.5' }, 'bytes per day'],
  [{ requestsPerSecond: 0 }, 'requests per second'],
  [{ requestsPerSecond: 10_001 }, 'requests per second'],
  [{ requestsPerSecond: 'many' }, 'requests per second'],
  [{ bytesPerHour: '1' }, 'no bytesPerHour'],
])('%j cannot', (pace, words) => {
  expect(paceProblem(pace)).toContain(words);
});
