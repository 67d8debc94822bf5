import type { RunProgress } from '../../src/wire/progress';
import { rateLimitFacts } from './outlook';
import { sampleProgress } from './sample-progress';

const pace = ['Pace', '100.0 TiB a day, 100 requests/s'];

test.each<[change: Partial<RunProgress>, requests: string]>([
  [{ limitedBy: 'bytesPerDay' }, 'waiting for the bytes per day'],
  [{ limitedBy: 'requestsPerSecond' }, 'limited by the requests per second'],
  [{ limitedBy: 'inFlight' }, 'wait until more is fetched: 500.0 MiB in 5 archives are on their way'],
  [{ limitedBy: 'paused', state: 'paused' }, 'waiting for the run to resume'],
  [
    { limitedBy: 'bytesPerDay', throttle: { requestsPerSecond: 2.54 } },
    'throttled by Glacier: 2.5 requests/s now; wait for the bytes per day',
  ],
  [
    { limitedBy: 'requestsPerSecond', throttle: { requestsPerSecond: 2.54 } },
    'throttled by Glacier: 2.5 requests/s now',
  ],
])('what holds a run back: %j', (change, requests) => {
  expect(rateLimitFacts(sampleProgress(change))).toEqual([pace, ['Requests', requests]]);
});

test('where nothing does, the pace alone is told', () => {
  expect(rateLimitFacts(sampleProgress())).toEqual([pace]);
});

test('a filter that breaks the order of creation is warned of', () => {
  expect(rateLimitFacts(sampleProgress({ gaps: 1_200 }))).toEqual([
    pace,
    ['Warning', expect.stringMatching(/^the filter leaves 1,200 gaps in the order of creation.* 35 of them a day for/)],
  ]);
});
