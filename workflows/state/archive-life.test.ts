import { ARCHIVE, STORED } from '../../test/support/samples';
import { ArchiveLife } from './archive-life';

const newLife = (): ArchiveLife => new ArchiveLife({ shard: 2, index: 4, archiveId: 'arc', sizeBytes: 9 });

test('a life with a lost job ends in a receipt with both jobs, the first request and the last readiness', () => {
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

test('a job that was not ready after all is waited for again, without its hint', () => {
  const life = newLife();
  life.requested('a', 1_000);
  life.watch.hear([{ index: 4, jobId: 'a', status: 'Succeeded', message: '' }]);
  life.notReady();
  expect(life.watch).toMatchObject({ jobId: 'a', hint: null });
  expect(life.status().state).toBe('requested');
});

test('an archive that ends before anything was known of it still has a whole receipt', () => {
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
