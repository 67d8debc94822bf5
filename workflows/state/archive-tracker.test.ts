import * as fc from 'fast-check';
import { ARCHIVE, STORED } from '../../test/support/samples';
import { ArchiveTracker } from './archive-tracker';
import { propertyRuns } from '../../test/support/property-runs';

const newLife = (): ArchiveTracker => new ArchiveTracker({ shard: 2, index: 4, archiveId: 'arc', sizeBytes: 9 });

test('the receipt of an archive with a lost job has both jobs, the first request time and the last ready time', () => {
  const life = newLife();
  const states = [life.status().state];
  const note = (): void => void states.push(life.status().state);
  life.opened(ARCHIVE);
  life.requested('a', 1_000);
  note();
  life.ready(2_000);
  note();
  life.moving();
  note();
  life.moved(5);
  life.jobLost();
  note();
  life.requested('b', 3_000);
  life.ready(4_000);
  life.moving();
  life.verified(STORED, 5_000);
  note();
  expect(states).toEqual(['waiting', 'requested', 'ready', 'moving', 'waiting', 'verified']);
  expect(life.outcome()).toEqual({ outcome: 'verified', reason: null });
  expect(life.ending()).toEqual({
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
  expect(life.status()).toMatchObject({ key: 'k', movedBytes: 9, sizeBytes: 9 });
});

test('a job that turns out not to be finished is waited for again, without its notification', () => {
  const life = newLife();
  life.requested('a', 1_000);
  life.job.handle([{ index: 4, jobId: 'a', status: 'Succeeded', message: '' }]);
  life.notReady();
  expect(life.job).toMatchObject({ jobId: 'a', notification: null });
  expect(life.status().state).toBe('requested');
});

test('an archive that ends before it was opened still has a complete receipt', () => {
  const life = newLife();
  life.end({ outcome: 'skipped', reason: 'Cancelled', message: 'cancelled' }, 7_000);
  expect(life.outcome()).toEqual({ outcome: 'skipped', reason: 'Cancelled' });
  expect(life.ending()).toMatchObject({
    outcome: 'skipped',
    reason: 'Cancelled',
    stored: null,
    jobIds: [],
    requestedAt: null,
    settledAt: '1970-01-01T00:00:07.000Z',
  });
});

const JOBS = ['a', 'b', 'c', 'd'];
type Step = (life: ArchiveTracker) => void;
const notice = fc.record({
  index: fc.constant(4),
  jobId: fc.constantFrom(...JOBS),
  status: fc.constantFrom('Succeeded', 'Failed', 'Gone'),
  message: fc.constant(''),
});
const hearing = fc.array(notice, { maxLength: 3 }).map(
  (notices): Step =>
    (life) =>
      life.job.handle(notices),
);
const step = fc.oneof(
  hearing,
  fc.constantFrom(...JOBS).map(
    (jobId): Step =>
      (life) =>
        life.requested(jobId, 1_000),
  ),
  fc.constantFrom<Step>(
    (life) => life.opened(ARCHIVE),
    (life) => life.ready(2_000),
    (life) => life.moving(),
    (life) => life.notReady(),
    (life) => life.jobLost(),
    (life) => life.moved(5),
  ),
);
const ending = fc.constantFrom<Step>(
  (life) => life.verified(STORED, 9_000),
  (life) => life.end({ outcome: 'failed', reason: 'JobFailed', message: 'failed' }, 9_000),
  (life) => life.end({ outcome: 'skipped', reason: 'Cancelled', message: 'cancelled' }, 9_000),
);

test('in any order of events, the first outcome is final and the receipt lists every job', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), ending, fc.array(hearing), (steps, end, late) => {
      const life = newLife();
      const requested: string[] = [];
      const request = life.requested.bind(life);
      life.requested = (jobId, nowMs) => {
        requested.push(jobId);
        request(jobId, nowMs);
      };
      for (const happen of steps) {
        happen(life);
        expect(['waiting', 'requested', 'ready', 'moving']).toContain(life.status().state);
      }
      end(life);
      const settled = life.ending();
      for (const happen of late) happen(life);
      expect(life.ending()).toEqual(settled);
      expect(life.status().state).toBe(settled.outcome);
      expect(settled.jobIds).toEqual(requested);
      expect(settled.outcome === 'verified').toBe(settled.stored !== null);
      expect(settled.outcome === 'verified').toBe(settled.reason === null);
      expect(settled.settledAt).toBe('1970-01-01T00:00:09.000Z');
    }),
    { numRuns: propertyRuns(100) },
  );
});
