import * as fc from 'fast-check';
import type { JobNotification } from '../../src/wire/job';
import { JobTracker } from './job-tracker';
import { propertyRuns } from '../../test/support/property-runs';

const notice = (jobId: string, status: JobNotification['status'] = 'Succeeded'): JobNotification => ({
  index: 0,
  jobId,
  status,
  message: '',
});

test('an early notification counts if it is that of the job initiated next', () => {
  const watch = new JobTracker();
  watch.handle([notice('a'), notice('b', 'Failed')]);
  watch.requested('b');
  expect(watch.notification).toEqual(notice('b', 'Failed'));
  watch.discard();
  watch.requested('a');
  // Early notifications of other jobs were discarded at the first request.
  expect(watch.notification).toBeNull();
});

test("a discarded job leaves neither id nor notification, and its late notification is not taken for the next job's", () => {
  const watch = new JobTracker();
  watch.requested('a');
  watch.handle([notice('a')]);
  watch.discard();
  expect([watch.jobId, watch.notification]).toEqual([null, null]);
  watch.handle([notice('a')]);
  watch.requested('b');
  expect([watch.jobId, watch.notification]).toEqual(['b', null]);
});

test('in any order of events, the notification is that of the current job', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('requested' as const), id: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ kind: fc.constant('heard' as const), id: fc.constantFrom('a', 'b', 'c', 'foreign') }),
    fc.record({ kind: fc.constantFrom('dropped' as const, 'forgotten' as const), id: fc.constant('') }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const watch = new JobTracker();
      const requested: string[] = [];
      for (const { kind, id } of events) {
        if (kind === 'requested') {
          watch.requested(id);
          requested.push(id);
        } else if (kind === 'heard') watch.handle([notice(id)]);
        else if (kind === 'dropped') watch.discard();
        else watch.clearNotification();
        const mayBeSilent = kind !== 'heard' || id !== watch.jobId;
        expect(watch.notification?.jobId === watch.jobId || (mayBeSilent && watch.notification === null)).toBe(true);
      }
      expect(watch.jobIds).toEqual(requested);
    }),
    { numRuns: propertyRuns(100) },
  );
});

test('a job from an earlier attempt is polled at once, and then like any other', () => {
  const watch = new JobTracker();
  watch.requested('a', true);
  expect(watch.mayBeDone).toBe(true);
  watch.clearNotification();
  expect(watch.mayBeDone).toBe(false);
  watch.requested('b');
  expect(watch.mayBeDone).toBe(false);
});
