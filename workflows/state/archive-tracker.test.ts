import * as fc from 'fast-check';
import { ARCHIVE, STORED } from '../../test/support/samples';
import { ArchiveTracker } from './archive-tracker';
import { propertyRuns } from '../../test/support/property-runs';

const newTracker = (): ArchiveTracker => new ArchiveTracker({ shard: 2, index: 4, archiveId: 'arc', sizeBytes: 9 });

test('the receipt of an archive with a lost job has both jobs, the first request time and the last ready time', () => {
  const tracker = newTracker();
  const states = [tracker.status().state];
  const note = (): void => void states.push(tracker.status().state);
  tracker.opened(ARCHIVE);
  tracker.requested('a', 1_000);
  note();
  tracker.ready(2_000);
  note();
  tracker.moving();
  note();
  tracker.moved(5);
  tracker.jobLost();
  note();
  tracker.requested('b', 3_000);
  tracker.ready(4_000);
  tracker.moving();
  tracker.verified(STORED, 5_000);
  note();
  expect(states).toEqual(['waiting', 'requested', 'ready', 'moving', 'waiting', 'verified']);
  expect(tracker.outcome()).toEqual({ outcome: 'verified', reason: null });
  expect(tracker.ending()).toEqual({
    shard: 2,
    outcome: 'verified',
    reason: null,
    message: null,
    stored: STORED,
    jobIds: ['a', 'b'],
    requestedAt: '1970-01-01T00:00:01.000Z',
    readyAt: '1970-01-01T00:00:04.000Z',
    settledAt: '1970-01-01T00:00:05.000Z',
  });
  expect(tracker.status()).toMatchObject({ key: 'k', movedBytes: 9, sizeBytes: 9 });
});

test('a job that turns out not to be finished is waited for again, without its notification', () => {
  const tracker = newTracker();
  tracker.requested('a', 1_000);
  tracker.job.handle([{ index: 4, jobId: 'a', status: 'Succeeded', message: '' }]);
  tracker.notReady();
  expect(tracker.job).toMatchObject({ jobId: 'a', notification: null });
  expect(tracker.status().state).toBe('requested');
});

test('an archive that ends before it was opened still has a complete receipt', () => {
  const tracker = newTracker();
  tracker.end({ outcome: 'skipped', reason: 'Cancelled', message: 'cancelled' }, 7_000);
  expect(tracker.outcome()).toEqual({ outcome: 'skipped', reason: 'Cancelled' });
  expect(tracker.ending()).toMatchObject({
    outcome: 'skipped',
    reason: 'Cancelled',
    stored: null,
    jobIds: [],
    requestedAt: null,
    settledAt: '1970-01-01T00:00:07.000Z',
  });
});

const JOBS = ['a', 'b', 'c', 'd'];
type Step = (tracker: ArchiveTracker) => void;
const notice = fc.record({
  index: fc.constant(4),
  jobId: fc.constantFrom(...JOBS),
  status: fc.constantFrom('Succeeded', 'Failed', 'Gone'),
  message: fc.constant(''),
});
const hearing = fc.array(notice, { maxLength: 3 }).map(
  (notifications): Step =>
    (tracker) =>
      tracker.job.handle(notifications),
);
const step = fc.oneof(
  hearing,
  fc.constantFrom(...JOBS).map(
    (jobId): Step =>
      (tracker) =>
        tracker.requested(jobId, 1_000),
  ),
  fc.constantFrom<Step>(
    (tracker) => tracker.opened(ARCHIVE),
    (tracker) => tracker.ready(2_000),
    (tracker) => tracker.moving(),
    (tracker) => tracker.notReady(),
    (tracker) => tracker.jobLost(),
    (tracker) => tracker.moved(5),
  ),
);
const ending = fc.constantFrom<Step>(
  (tracker) => tracker.verified(STORED, 9_000),
  (tracker) => tracker.end({ outcome: 'failed', reason: 'JobFailed', message: 'failed' }, 9_000),
  (tracker) => tracker.end({ outcome: 'skipped', reason: 'Cancelled', message: 'cancelled' }, 9_000),
);

test('in any order of events, the first outcome is final and the receipt lists every job', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), ending, fc.array(hearing), (steps, end, late) => {
      const tracker = newTracker();
      const requested: string[] = [];
      const request = tracker.requested.bind(tracker);
      tracker.requested = (jobId, nowMs) => {
        requested.push(jobId);
        request(jobId, nowMs);
      };
      for (const happen of steps) {
        happen(tracker);
        expect(['waiting', 'requested', 'ready', 'moving']).toContain(tracker.status().state);
      }
      end(tracker);
      const settled = tracker.ending();
      for (const happen of late) happen(tracker);
      expect(tracker.ending()).toEqual(settled);
      expect(tracker.status().state).toBe(settled.outcome);
      expect(settled.jobIds).toEqual(requested);
      expect(settled.outcome === 'verified').toBe(settled.stored !== null);
      expect(settled.outcome === 'verified').toBe(settled.reason === null);
      expect(settled.settledAt).toBe('1970-01-01T00:00:09.000Z');
    }),
    { numRuns: propertyRuns(100) },
  );
});
