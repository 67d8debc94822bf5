import type { RunProgress } from '../wire/progress';
import { estimate, fetchRate, type Estimated, type Eta } from './eta';
import { TallyBook } from './tally';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const GIB = 2 ** 30;
const TIB = 2 ** 40;
const STARTED = Date.parse('2026-11-23T10:00:00Z');

type Moved = 'waiting' | 'requested' | 'ready' | 'moving' | 'verified';

/** A Bulk run, a day old, at 10 TiB a day and 100 requests/s, with these archives and bytes in its states. */
function run(
  states: Partial<Record<Moved, readonly [archives: number, bytes: number]>>,
  change: Partial<RunProgress> = {},
): Estimated {
  const tally = new TallyBook();
  for (const [state, [archives, bytes]] of Object.entries(states)) tally.add(state as Moved, bytes, archives);
  return {
    ...tally.toWire(),
    state: 'transferring',
    startedAt: new Date(STARTED).toISOString(),
    tier: 'Bulk',
    rateLimits: { bytesPerDay: String(10 * TIB), requestsPerSecond: 100 },
    throttle: null,
    limitedBy: null,
    lastHourBytes: null,
    ...change,
  };
}

const eta = (earliestMs: number, latestMs: number | null, boundBy: Eta['boundBy']): Eta => ({
  earliestMs,
  latestMs,
  boundBy,
});
const rounded = (found: Eta | null): Eta | null =>
  found && {
    ...found,
    earliestMs: Math.round(found.earliestMs),
    latestMs: found.latestMs === null ? null : Math.round(found.latestMs),
  };
/** Fetches 20 TiB in a day. */
const FAST = (20 * TIB) / 86_400;

test.each<[what: string, run: Estimated, bytesPerSecond: number | null, eta: Eta]>([
  [
    'the bytes per day hold a run of large archives',
    run({ waiting: [1_000, 30 * TIB] }),
    FAST,
    eta(3 * DAY + 5 * HOUR, 3 * DAY + 12 * HOUR, 'bytesPerDay'),
  ],
  [
    'the requests per second hold a run of small ones',
    run({ waiting: [8_640_000, GIB] }),
    FAST,
    eta(DAY + 5 * HOUR, DAY + 12 * HOUR, 'requestsPerSecond'),
  ],
  [
    'a throttle may last, or end at once',
    run({ waiting: [8_640_000, GIB] }, { throttle: { requestsPerSecond: 50 } }),
    FAST,
    eta(DAY + 5 * HOUR, 2 * DAY + 12 * HOUR, 'requestsPerSecond'),
  ],
  [
    'few workers hold a run that may request much',
    run({ waiting: [100, 10 * TIB], verified: [100, 10 * TIB] }),
    FAST / 4,
    eta(2 * DAY, 2 * DAY + 12 * HOUR, 'fetching'),
  ],
  [
    'the last whole hour goes before any other rate',
    run({ waiting: [100, 10 * TIB] }, { lastHourBytes: String((10 * TIB) / 48) }),
    FAST,
    eta(2 * DAY, 2 * DAY + 12 * HOUR, 'fetching'),
  ],
  [
    'a small run waits for Glacier alone',
    run({ waiting: [60, 0] }),
    FAST,
    eta(5 * HOUR + 600, 12 * HOUR + 600, 'glacier'),
  ],
  [
    'a Standard one for less time',
    run({ waiting: [60, 0] }, { tier: 'Standard' }),
    FAST,
    eta(3 * HOUR + 600, 5 * HOUR + 600, 'glacier'),
  ],
  [
    'an Expedited one for minutes',
    run({ waiting: [60, 0] }, { tier: 'Expedited' }),
    FAST,
    eta(MINUTE + 600, 5 * MINUTE + 600, 'glacier'),
  ],
  ['where all is requested, nobody knows since when', run({ requested: [60, 5 * TIB] }), null, eta(0, null, 'glacier')],
  [
    'but not since before the run began',
    run({ requested: [60, 5 * TIB] }, { startedAt: new Date(STARTED + DAY - 2 * HOUR).toISOString() }),
    null,
    eta(3 * HOUR, null, 'glacier'),
  ],
  [
    'before anything is fetched, there is no latest time',
    run({ waiting: [1_000, 30 * TIB] }),
    null,
    eta(3 * DAY + 5 * HOUR, null, 'bytesPerDay'),
  ],
  [
    'and the fetching holds what may not be requested before it',
    run({ waiting: [1_000, 30 * TIB], requested: [10, 256 * GIB] }, { limitedBy: 'inFlight' }),
    null,
    eta(3 * DAY + 5 * HOUR, null, 'fetching'),
  ],
  [
    'what is ready has only to be fetched',
    run({ ready: [1, 5 * TIB], moving: [1, 5 * TIB] }),
    FAST,
    eta(DAY / 2, DAY / 2, 'fetching'),
  ],
  [
    '10 PB at the rates of large machines',
    run({ waiting: [10_000_000, 1e16] }, { rateLimits: { bytesPerDay: String(100 * TIB), requestsPerSecond: 100 } }),
    1e16 / (50 * 86_400),
    eta((1e16 / (100 * TIB)) * DAY + 5 * HOUR, (1e16 / (100 * TIB)) * DAY + 12 * HOUR, 'bytesPerDay'),
  ],
  [
    '10 PB at a byte a day end in 1,000 years',
    run({ waiting: [1, 1e16] }, { rateLimits: { bytesPerDay: '1', requestsPerSecond: 100 } }),
    FAST,
    eta(365_000 * DAY, 365_000 * DAY, 'bytesPerDay'),
  ],
])('%s', (_, progress, bytesPerSecond, expected) => {
  expect(rounded(estimate(progress, bytesPerSecond, STARTED + DAY))).toEqual(rounded(expected));
});

test.each<[what: string, run: Estimated]>([
  ['nothing is left', run({ verified: [1, 1] })],
  ['the inventory is not there', run({}, { state: 'inventory' })],
  ['the request is not checked yet', run({ waiting: [1, 1] }, { tier: null })],
  ['it is paused', run({ waiting: [1, 1] }, { state: 'paused' })],
  ['it needs a person', run({ waiting: [1, 1] }, { state: 'attention' })],
  ['it is over', run({ waiting: [1, 1] }, { state: 'failed' })],
])('nothing is promised when %s', (_, progress) => {
  expect(estimate(progress, FAST, STARTED)).toBeNull();
});

test('an hour in which nothing was fetched says nothing of the rate', () => {
  expect(fetchRate({ lastHourBytes: '0' }, 5)).toBe(5);
  expect(fetchRate({ lastHourBytes: null }, null)).toBeNull();
  expect(fetchRate({ lastHourBytes: '36000000000000' }, 5)).toBe(1e10);
});
