import { emptyTally, TallyBook } from '../../src/domain/tally';
import { Failure } from '../../src/failures';
import type { TransferSummary } from '../../src/wire/progress';
import type { SeriesSettings } from '../../src/wire/series';
import { MAX_PARALLEL_RUNS, SeriesTracker } from './vault-series';

const FAILED = { state: 'failed', reason: Failure.InvalidRequest, message: 'no such vault' } as const;
const PACE = { bytesPerDay: '1200', requestsPerSecond: 12 };

function trackerOf(vaults: readonly string[], settings: Partial<SeriesSettings> = {}): SeriesTracker {
  const tracker = new SeriesTracker('all', 0);
  tracker.accepted(
    { vaults: vaults.map((vault) => ({ run: `all-${vault}`, request: { vault, bucket: 'b' } })) },
    { order: 'parallel', rateLimits: PACE, searchAttributes: false, ...settings },
  );
  return tracker;
}

/** Starts as many vaults as may run in parallel. */
function begin(tracker: SeriesTracker): readonly (string | undefined)[] {
  return Array.from({ length: tracker.parallelRuns }, () => {
    const next = tracker.takeNext();
    tracker.hasStarted();
    return next?.request.bytesPerDay;
  });
}

function summary(state: TransferSummary['state'], verified: number): TransferSummary {
  const tally = new TallyBook();
  tally.add('verified', 10 * verified, verified);
  const { archives, bytes } = tally.toWire();
  const run = { run: 'r', vault: 'v', failures: {}, startedAt: '', finishedAt: '', location: '' };
  return { ...run, state, archives, bytes, quarantinedRows: 0 };
}

const states = (tracker: SeriesTracker): readonly string[] => tracker.progress().vaults.map(({ state }) => state);

test('sequential runs have the whole rate limits each', () => {
  const tracker = trackerOf(['a', 'b'], { order: 'sequential' });
  expect(tracker.parallelRuns).toBe(1);
  expect(tracker.takeNext()).toEqual({ run: 'all-a', request: { vault: 'a', bucket: 'b', ...PACE } });
  expect(states(tracker)).toEqual(['running', 'waiting']);
  tracker.hasStarted();
  tracker.ended('all-a', summary('completed', 1));
  expect(tracker.isShareDue).toBe(false);
  expect(tracker.takeNext()).toMatchObject({ run: 'all-b', request: PACE });
  expect(tracker.takeNext()).toBeNull();
});

test('parallel runs share the rate limits, and a run that ends leaves its share to the others', () => {
  const tracker = trackerOf(['a', 'b', 'c']);
  expect(begin(tracker)).toEqual(['400', '400', '400']);
  expect(tracker.isShareDue).toBe(false);
  tracker.ended('all-b', FAILED);
  expect(tracker.isShareDue).toBe(true);
  expect(tracker.takeShare()).toEqual({ bytesPerDay: '600', requestsPerSecond: 6 });
  expect(tracker.isShareDue).toBe(false);
  expect(tracker.openRuns).toEqual(['all-a', 'all-c']);
  tracker.setRateLimits({ requestsPerSecond: 2 });
  expect(tracker.takeShare()).toEqual({ bytesPerDay: '600', requestsPerSecond: 1 });
});

test('of many vaults some wait, and the next one takes the place and the share of the one that ends', () => {
  const tracker = trackerOf(Array.from({ length: MAX_PARALLEL_RUNS + 1 }, (_, number) => `v${number}`));
  expect(new Set(begin(tracker))).toEqual(new Set(['24']));
  tracker.ended('all-v0', summary('completed', 1));
  expect(tracker.isShareDue).toBe(false);
  expect(tracker.takeNext()?.run).toBe(`all-v${MAX_PARALLEL_RUNS}`);
});

test('every run has a share of at least one byte per day', () => {
  const tracker = trackerOf(['a', 'b'], { rateLimits: { bytesPerDay: '1', requestsPerSecond: 1 } });
  expect(begin(tracker)).toEqual(['1', '1']);
});

test('a run that is being started is not counted as open for signals', () => {
  const tracker = trackerOf(['a']);
  expect(tracker.isStarting).toBe(false);
  tracker.takeNext();
  expect(tracker.isStarting).toBe(true);
  tracker.hasStarted();
  expect(tracker.isStarting).toBe(false);
});

test('a series is complete when every vault is', () => {
  const tracker = trackerOf(['a', 'b']);
  begin(tracker);
  tracker.ended('all-a', summary('completed', 2));
  expect([tracker.settled, tracker.progress().detail]).toEqual([false, '1 of 2 vaults done, 1 in progress']);
  tracker.ended('all-b', summary('completed', 3));
  expect(tracker.settled).toBe(true);
  tracker.finish(1_000);
  expect(tracker.summary()).toMatchObject({
    name: 'all',
    state: 'completed',
    finishedAt: '1970-01-01T00:00:01.000Z',
    archives: { total: 5, verified: 5 },
    bytes: { verified: '50' },
  });
  expect(tracker.rejection()).toBe('the series is over: completed');
});

test.each([
  ['fails', FAILED, FAILED],
  ['is cancelled', { ...FAILED, state: 'cancelled' }, { state: 'cancelled', tally: null }],
  ['leaves archives', summary('completed-with-failures', 1), { state: 'completed-with-failures', reason: null }],
] as const)('a run that %s does not stop the others, and is an exception of the series', (_, end, sent) => {
  const tracker = trackerOf(['a', 'b']);
  begin(tracker);
  tracker.ended('all-a', end);
  expect(tracker.settled).toBe(false);
  tracker.ended('all-b', summary('completed', 1));
  tracker.finish(0);
  expect(tracker.summary()).toMatchObject({ state: 'completed-with-failures', vaults: [sent, { state: 'completed' }] });
});

test('a cancelled series cancels vaults that were not started', () => {
  const tracker = trackerOf(['a', 'b'], { order: 'sequential' });
  begin(tracker);
  tracker.cancelling();
  expect([tracker.state, tracker.rejection()]).toEqual(['cancelling', 'the series is being cancelled']);
  tracker.ended('all-a', { ...FAILED, state: 'cancelled' });
  tracker.cancelled(0);
  expect(states(tracker)).toEqual(['cancelled', 'cancelled']);
  expect(tracker.state).toBe('cancelled');
});

test('before its request is checked a series has no vaults, and an invalid request fails it', () => {
  const tracker = new SeriesTracker('all', 0);
  expect(tracker.summary()).toMatchObject({ state: 'transferring', detail: 'checking the request', ...emptyTally() });
  tracker.pause();
  expect(tracker.state).toBe('paused');
  tracker.resume();
  tracker.fail('vaults: too few', 5);
  expect(tracker.progress()).toMatchObject({ state: 'failed', detail: 'vaults: too few' });
});
