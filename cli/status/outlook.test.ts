import type { RunProgress } from '../../src/wire/progress';
import { etaRecord, outlookFacts, outlookSentence, rateLimitFacts } from './outlook';
import type { Throughput } from './throughput';
import { sampleProgress } from './sample-progress';
const limits = ['Rate limits', '100.0 TiB a day, 100 requests/s'];

test.each<[change: Partial<RunProgress>, requests: string]>([
  [{ limitedBy: 'bytesPerDay' }, 'waiting for the bytes per day'],
  [{ limitedBy: 'requestsPerSecond' }, 'limited by the requests per second'],
  [{ limitedBy: 'inFlight' }, 'waiting for transfers in flight: 500.0 MiB in 5 archives'],
  [{ limitedBy: 'paused', state: 'paused' }, 'waiting for the run to resume'],
  [
    { limitedBy: 'bytesPerDay', throttle: { requestsPerSecond: 2.54 } },
    'throttled by Glacier: 2.5 requests/s now; waiting for the bytes per day',
  ],
  [
    { limitedBy: 'requestsPerSecond', throttle: { requestsPerSecond: 2.54 } },
    'throttled by Glacier: 2.5 requests/s now',
  ],
])('status shows what limits a run: %j', (change, requests) => {
  expect(rateLimitFacts(sampleProgress(change))).toEqual([limits, ['Requests', requests]]);
});

test('status shows only the rate limits when nothing limits the run', () => {
  expect(rateLimitFacts(sampleProgress())).toEqual([limits]);
});

test('a filter that breaks the order of creation is warned of', () => {
  expect(rateLimitFacts(sampleProgress({ gaps: 1_200 }))).toEqual([
    limits,
    ['Warning', expect.stringMatching(/^the filter leaves 1,200 gaps in the order of creation.* 35 of them a day for/)],
  ]);
});

const TIB = 2 ** 40;
const MIB = 2 ** 20;
const now = new Date('2026-11-23T10:00:40Z');
const unknown: Throughput = { bytesPerSecond: null, remainingMs: null };
const throughput: Throughput = { bytesPerSecond: 10 * MIB, remainingMs: 50_000 };
const fast: Throughput = { bytesPerSecond: 1_000 * MIB, remainingMs: 50_000 };

/** A run with archives that wait to be requested. */
function waiting(archives: number, sizeBytes: number, change: Partial<RunProgress> = {}): RunProgress {
  const sample = sampleProgress();
  return sampleProgress({
    archives: { ...sample.archives, waiting: archives },
    bytes: { ...sample.bytes, waiting: String(sizeBytes) },
    ...change,
  });
}
const slow = { bytesPerDay: String(20 * TIB), requestsPerSecond: 100 };

test.each<[progress: RunProgress, throughput: Throughput, done: string]>([
  [
    waiting(1_000, 50 * TIB, { rateLimits: slow }),
    fast,
    'in about 3 days: 26 November 2026; limited by the bytes per day (20.0 TiB)',
  ],
  [
    waiting(30_000_000, 0, { rateLimits: slow }),
    fast,
    'in about 4 days: 27 November 2026; limited by the requests per second (100)',
  ],
  [
    waiting(30_000_000, 0, { throttle: { requestsPerSecond: 50 } }),
    fast,
    "in 4 to 7 days: 27 to 30 November 2026; limited by Glacier's throttling (50 requests/s)",
  ],
  [
    waiting(1_000, 2 * TIB),
    throughput,
    'in 2 to 3 days: 25 to 26 November 2026; limited by transfer throughput (10.0 MiB/s)',
  ],
  [
    waiting(1_000, 2 * TIB, { lastHourBytes: String(3_600 * 20 * MIB) }),
    throughput,
    'in 29 to 41 hours: 2026-11-24 15:08 to 2026-11-25 03:08 UTC; limited by transfer throughput (20.0 MiB/s)',
  ],
  [
    waiting(1_000, 2 * TIB, { limitedBy: 'inFlight', tier: 'Standard' }),
    unknown,
    'in about 3 hours at the earliest: 2026-11-23 13:29 UTC; limited by transfer throughput, which is not known yet',
  ],
  [
    sampleProgress({ startedAt: '2026-11-22T10:00:00.000Z' }),
    unknown,
    "unknown until the first transfers finish; limited by Glacier's retrieval time (Bulk: 5 to 12 hours)",
  ],
])('status estimates the end and its limiting factor: %#', (progress, measured, done) => {
  expect(outlookFacts(progress, measured, now).find(([name]) => name === 'Done')).toEqual(['Done', done]);
});

test('in one line', () => {
  expect(outlookSentence(waiting(1_000, 2 * TIB), throughput, now)).toBe('10.0 MiB/s, done in 2 to 3 days (fetching)');
  expect(outlookSentence(sampleProgress(), unknown, now)).toBe('done in about 5 hours at the earliest (Glacier)');
  expect(outlookSentence(sampleProgress({ startedAt: '2026-11-22T10:00:00.000Z' }), unknown, now)).toBe('');
});

test('a paused run has no estimated end', () => {
  const paused = sampleProgress({ state: 'paused' });
  expect(outlookFacts(paused, throughput, now)).toEqual([['Throughput', '10.0 MiB/s, about 50 s left']]);
  expect(outlookSentence(paused, unknown, now)).toBe('');
  expect(etaRecord(paused, throughput, now)).toBeNull();
});

test('for programs', () => {
  expect(etaRecord(sampleProgress(), throughput, now)).toEqual({
    earliest: '2026-11-23T15:00:00.000Z',
    latest: '2026-11-23T22:01:30.000Z',
    bound_by: 'glacier',
  });
  expect(etaRecord(sampleProgress(), unknown, now)).toMatchObject({ latest: null });
});
