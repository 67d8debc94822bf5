import type { RunProgress } from '../../src/wire/progress';
import { paceFacts } from './outlook';
import { sampleProgress } from './sample-progress';

const pace = ['Pace', '100.0 TiB a day, 100 requests/s'];

test.each<[change: Partial<RunProgress>, requests: string]>([
  [{ heldBy: 'bytesPerDay' }, 'wait for the bytes per day'],
  [{ heldBy: 'requestsPerSecond' }, 'limited by the requests per second'],
  [{ heldBy: 'window' }, 'wait until more is fetched: 500.0 MiB in 5 archives are on their way'],
  [{ heldBy: 'gate', state: 'paused' }, 'wait until the run goes on'],
  [
    { heldBy: 'bytesPerDay', throttle: { requestsPerSecond: 2.54 } },
    'throttled by Glacier: 2.5 requests/s now; wait for the bytes per day',
  ],
  [{ heldBy: 'requestsPerSecond', throttle: { requestsPerSecond: 2.54 } }, 'throttled by Glacier: 2.5 requests/s now'],
])('what holds a run back: %j', (change, requests) => {
  expect(paceFacts(sampleProgress(change))).toEqual([pace, ['Requests', requests]]);
});

test('where nothing does, the pace alone is told', () => {
  expect(paceFacts(sampleProgress())).toEqual([pace]);
});

test('a filter that breaks the order of creation is warned of', () => {
  expect(paceFacts(sampleProgress({ gaps: 1_200 }))).toEqual([
    pace,
    ['Warning', expect.stringMatching(/^the filter leaves 1,200 gaps in the order of creation.* 35 of them a day for/)],
  ]);
});
