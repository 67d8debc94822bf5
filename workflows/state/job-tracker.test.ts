import * as fc from 'fast-check';
import type { JobNotification } from '../../src/wire/job';
import { JobWatch } from './job-tracker';

const notice = (jobId: string, status: JobNotification['status'] = 'Succeeded'): JobNotification => ({
  index: 0,
  jobId,
  status,
  message: '',
});

test('news that came before the job was known counts, but only that of the job itself', () => {
  const watch = new JobWatch();
  watch.hear([notice('a'), notice('b', 'Failed')]);
  watch.requested('b');
  expect(watch.hint).toEqual(notice('b', 'Failed'));
  watch.drop();
  watch.requested('a');
  // What was kept of other jobs went with the first request.
  expect(watch.hint).toBeNull();
});

test('a dropped job leaves neither id nor news, and late news of it is not taken for that of the next', () => {
  const watch = new JobWatch();
  watch.requested('a');
  watch.hear([notice('a')]);
  watch.drop();
  expect([watch.jobId, watch.hint]).toEqual([null, null]);
  watch.hear([notice('a')]);
  watch.requested('b');
  expect([watch.jobId, watch.hint]).toEqual(['b', null]);
});

test('however news arrives, the hint is of the current job', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('requested' as const), id: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ kind: fc.constant('heard' as const), id: fc.constantFrom('a', 'b', 'c', 'foreign') }),
    fc.record({ kind: fc.constantFrom('dropped' as const, 'forgotten' as const), id: fc.constant('') }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const watch = new JobWatch();
      const requested: string[] = [];
      for (const { kind, id } of events) {
        if (kind === 'requested') {
          watch.requested(id);
          requested.push(id);
        } else if (kind === 'heard') watch.hear([notice(id)]);
        else if (kind === 'dropped') watch.drop();
        else watch.forgetHint();
        const mayBeSilent = kind !== 'heard' || id !== watch.jobId;
        expect(watch.hint?.jobId === watch.jobId || (mayBeSilent && watch.hint === null)).toBe(true);
      }
      expect(watch.jobIds).toEqual(requested);
    }),
  );
});

test('a job of an earlier try is asked about at once, and then like any other', () => {
  const watch = new JobWatch();
  watch.requested('a', true);
  expect(watch.mayBeDone).toBe(true);
  watch.forgetHint();
  expect(watch.mayBeDone).toBe(false);
  watch.requested('b');
  expect(watch.mayBeDone).toBe(false);
});
