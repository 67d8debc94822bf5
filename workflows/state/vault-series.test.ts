import { emptyTally, TallyBook } from '../../src/domain/tally';
import { Failure } from '../../src/failures';
import type { TransferSummary } from '../../src/wire/progress';
import type { SeriesSettings } from '../../src/wire/series';
import { MAX_PARALLEL_RUNS, SeriesTracker } from './vault-series';

const FAILED = { state: 'failed', reason: Failure.InvalidRequest, message: 'no such vault' } as const;
const PACE = { bytesPerDay: '1200', requestsPerSecond: 12 };

function bookOf(vaults: readonly string[], settings: Partial<SeriesSettings> = {}): SeriesTracker {
  const book = new SeriesTracker('all', 0);
  book.accepted(
    { vaults: vaults.map((vault) => ({ run: `all-${vault}`, request: { vault, bucket: 'b' } })) },
    { order: 'parallel', rateLimits: PACE, searchAttributes: false, ...settings },
  );
  return book;
}

/** Begins as many vaults as may go on at once. */
function begin(book: SeriesTracker): readonly (string | undefined)[] {
  return Array.from({ length: book.parallelRuns }, () => {
    const next = book.takeNext();
    book.hasStarted();
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

const states = (book: SeriesTracker): readonly string[] => book.progress().vaults.map(({ state }) => state);

test('sequential runs have the whole rate limits each', () => {
  const book = bookOf(['a', 'b'], { order: 'sequential' });
  expect(book.parallelRuns).toBe(1);
  expect(book.takeNext()).toEqual({ run: 'all-a', request: { vault: 'a', bucket: 'b', ...PACE } });
  expect(states(book)).toEqual(['running', 'waiting']);
  book.hasStarted();
  book.ended('all-a', summary('completed', 1));
  expect(book.isShareDue).toBe(false);
  expect(book.takeNext()).toMatchObject({ run: 'all-b', request: PACE });
  expect(book.takeNext()).toBeNull();
});

test('parallel runs share the rate limits, and a run that ends leaves its share to the others', () => {
  const book = bookOf(['a', 'b', 'c']);
  expect(begin(book)).toEqual(['400', '400', '400']);
  expect(book.isShareDue).toBe(false);
  book.ended('all-b', FAILED);
  expect(book.isShareDue).toBe(true);
  expect(book.takeShare()).toEqual({ bytesPerDay: '600', requestsPerSecond: 6 });
  expect(book.isShareDue).toBe(false);
  expect(book.openRuns).toEqual(['all-a', 'all-c']);
  book.setRateLimits({ requestsPerSecond: 2 });
  expect(book.takeShare()).toEqual({ bytesPerDay: '600', requestsPerSecond: 1 });
});

test('of many vaults some wait, and the next one takes the place and the share of the one that ends', () => {
  const book = bookOf(Array.from({ length: MAX_PARALLEL_RUNS + 1 }, (_, number) => `v${number}`));
  expect(new Set(begin(book))).toEqual(new Set(['24']));
  book.ended('all-v0', summary('completed', 1));
  expect(book.isShareDue).toBe(false);
  expect(book.takeNext()?.run).toBe(`all-v${MAX_PARALLEL_RUNS}`);
});

test('every run has a share of at least one byte per day', () => {
  const book = bookOf(['a', 'b'], { rateLimits: { bytesPerDay: '1', requestsPerSecond: 1 } });
  expect(begin(book)).toEqual(['1', '1']);
});

test('a run that is being started is not counted as open for signals', () => {
  const book = bookOf(['a']);
  expect(book.isStarting).toBe(false);
  book.takeNext();
  expect(book.isStarting).toBe(true);
  book.hasStarted();
  expect(book.isStarting).toBe(false);
});

test('a series is complete when every vault is', () => {
  const book = bookOf(['a', 'b']);
  begin(book);
  book.ended('all-a', summary('completed', 2));
  expect([book.settled, book.progress().detail]).toEqual([false, '1 of 2 vaults done, 1 in progress']);
  book.ended('all-b', summary('completed', 3));
  expect(book.settled).toBe(true);
  book.finish(1_000);
  expect(book.summary()).toMatchObject({
    name: 'all',
    state: 'completed',
    finishedAt: '1970-01-01T00:00:01.000Z',
    archives: { total: 5, verified: 5 },
    bytes: { verified: '50' },
  });
  expect(book.rejection()).toBe('the series is over: completed');
});

test.each([
  ['fails', FAILED, FAILED],
  ['is cancelled', { ...FAILED, state: 'cancelled' }, { state: 'cancelled', tally: null }],
  ['leaves archives', summary('completed-with-failures', 1), { state: 'completed-with-failures', reason: null }],
] as const)('a run that %s does not stop the others, and is an exception of the series', (_, end, told) => {
  const book = bookOf(['a', 'b']);
  begin(book);
  book.ended('all-a', end);
  expect(book.settled).toBe(false);
  book.ended('all-b', summary('completed', 1));
  book.finish(0);
  expect(book.summary()).toMatchObject({ state: 'completed-with-failures', vaults: [told, { state: 'completed' }] });
});

test('a cancelled series cancels vaults that were not started', () => {
  const book = bookOf(['a', 'b'], { order: 'sequential' });
  begin(book);
  book.cancelling();
  expect([book.state, book.rejection()]).toEqual(['cancelling', 'the series is being cancelled']);
  book.ended('all-a', { ...FAILED, state: 'cancelled' });
  book.cancelled(0);
  expect(states(book)).toEqual(['cancelled', 'cancelled']);
  expect(book.state).toBe('cancelled');
});

test('before its request is checked a series has no vaults, and an invalid request fails it', () => {
  const book = new SeriesTracker('all', 0);
  expect(book.summary()).toMatchObject({ state: 'transferring', detail: 'checking the request', ...emptyTally() });
  book.pause();
  expect(book.state).toBe('paused');
  book.resume();
  book.fail('vaults: too few', 5);
  expect(book.progress()).toMatchObject({ state: 'failed', detail: 'vaults: too few' });
});
