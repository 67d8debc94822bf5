import { emptyTally } from '../../src/domain/tally';
import { averageThroughput, bytesLeft, RecentThroughput } from './throughput';
import { sampleProgress } from './sample-progress';

const MIB = 1024 * 1024;
const verified = (mib: number) => ({
  bytes: { ...sampleProgress().bytes, verified: String(mib * MIB), failed: '0', total: String(1000 * MIB) },
});

test('what is left is what has not ended yet', () => {
  expect(bytesLeft(sampleProgress())).toBe(BigInt(500 * MIB));
});

test('the average since the start', () => {
  const pace = averageThroughput(sampleProgress(), new Date('2026-11-23T10:00:40Z'));
  expect(pace).toEqual({ bytesPerSecond: 10 * MIB, remainingMs: 50_000 });
});

test('a finished run took as long as it took', () => {
  const finished = sampleProgress({ finishedAt: '2026-11-23T10:00:40.000Z' });
  expect(averageThroughput(finished, new Date('2027-01-01')).bytesPerSecond).toBe(10 * MIB);
});

test('nothing verified yet: nothing is promised', () => {
  expect(new RecentThroughput(60_000).observe(verified(0), 5_000)).toEqual({ bytesPerSecond: null, remainingMs: null });
});

test('the recent pace forgets what lies before its window', () => {
  const recent = new RecentThroughput(60_000);
  recent.observe(verified(0), 0);
  expect(recent.observe(verified(1), 1_000).bytesPerSecond).toBeNull();
  expect(recent.observe(verified(60), 60_000)).toEqual({ bytesPerSecond: MIB, remainingMs: 940_000 });
  expect(recent.observe(verified(180), 120_000)).toEqual({ bytesPerSecond: 2 * MIB, remainingMs: 410_000 });
  expect(recent.observe(verified(180), 181_000).bytesPerSecond).toBeNull();
});

test('the wait for the first job does not count', () => {
  const recent = new RecentThroughput(60_000);
  recent.observe(verified(0), 0);
  recent.observe(verified(0), 50_000);
  expect(recent.observe(verified(10), 60_000).bytesPerSecond).toBe(MIB);
});

test('nothing left is no time left', () => {
  expect(new RecentThroughput(60_000).observe(verified(1000), 0).remainingMs).toBe(0);
  expect(new RecentThroughput(60_000).observe({ bytes: emptyTally().bytes }, 0).remainingMs).toBeNull();
});
