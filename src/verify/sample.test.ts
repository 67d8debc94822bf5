import { Sample, type Subset } from './sample';

const ARCHIVES = Array.from({ length: 10_000 }, (_, index) => ({ archiveId: `archive ${index}`, sizeBytes: 1_000 }));
const TOTAL = { archives: ARCHIVES.length, bytes: 10_000_000n };

const taken = (run: string, subset: Subset): readonly string[] => {
  const sample = new Sample(run, subset, TOTAL);
  return ARCHIVES.filter((archive) => sample.takes(archive)).map(({ archiveId }) => archiveId);
};

test('a sample can be empty or complete', () => {
  expect(taken('photos-1', null)).toEqual([]);
  expect(taken('photos-1', 'all')).toHaveLength(ARCHIVES.length);
});

test('a sample is a share of the archives, the same each time for one run', () => {
  const first = taken('photos-1', { share: 0.01 });
  expect(first.length).toBeGreaterThan(50);
  expect(first.length).toBeLessThan(200);
  expect(taken('photos-1', { share: 0.01 })).toEqual(first);
  expect(taken('photos-2', { share: 0.01 })).not.toEqual(first);
});

test('a sample never exceeds the requested bytes and covers the whole run', () => {
  const some = taken('photos-1', { bytes: 100_500 });
  expect(some.length).toBeGreaterThan(50);
  expect(some.length).toBeLessThanOrEqual(100);
  expect(Number(some.at(-1)?.split(' ')[1])).toBeGreaterThan(7_000);
});

test('a sample of more bytes than exist is complete, and of zero bytes empty', () => {
  expect(taken('photos-1', { bytes: 1e15 })).toHaveLength(ARCHIVES.length);
  const nothing = new Sample('photos-1', { bytes: 1e15 }, { archives: 0, bytes: 0n });
  expect(nothing.expected).toEqual({ objects: 0, bytes: 0n });
});

test('the expected size of a sample is known in advance', () => {
  expect(new Sample('photos-1', { share: 0.01 }, TOTAL).expected).toEqual({ objects: 100, bytes: 100_000n });
  expect(new Sample('photos-1', { bytes: 1_000_000 }, TOTAL).expected).toEqual({ objects: 1_000, bytes: 1_000_000n });
});
