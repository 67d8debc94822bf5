import * as fc from 'fast-check';
import type { JobNotification } from '../../src/wire/job';
import { JobTracker } from './job-tracker';

const notice = (jobId: string, status: JobNotification['status'] = 'Succeeded'): JobNotification => ({
  index: 0,
  jobId,
  status,
  message: '',
});

test('news that came before the job was known counts, but only that of the job itself', () => {
  const watch = new JobTracker();
  watch.handle([notice('a'), notice('b', 'Failed')]);
  watch.requested('b');
  expect(watch.notification).toEqual(notice('b', 'Failed'));
  watch.discard();
  watch.requested('a');
  // What was kept of other jobs went with the first request.
  expect(watch.notification).toBeNull();
});

test('a dropped job leaves neither id nor news, and late news of it is not taken for that of the next', () => {
  const watch = new JobTracker();
  watch.requested('a');
  watch.handle([notice('a')]);
  watch.discard();
  expect([watch.jobId, watch.notification]).toEqual([null, null]);
  watch.handle([notice('a')]);
  watch.requested('b');
  expect([watch.jobId, watch.notification]).toEqual(['b', null]);
});

test('however news arrives, the hint is of the current job', () => {
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
  );
});

test('a job of an earlier try is asked about at once, and then like any other', () => {
  const watch = new JobTracker();
  watch.requested('a', true);
  expect(watch.mayBeDone).toBe(true);
  watch.clearNotification();
  expect(watch.mayBeDone).toBe(false);
  watch.requested('b');
  expect(watch.mayBeDone).toBe(false);
});
