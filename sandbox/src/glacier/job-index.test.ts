import { JobIndex } from './job-index';
import type { ArchiveJob } from './model';

const job = (sequence: number, archiveId = 'one'): ArchiveJob => ({
  kind: 'archive',
  id: `job-${sequence}`,
  sequence,
  description: null,
  snsTopic: null,
  creationDate: '2026-01-01T00:00:00.000Z',
  dueAtMs: 0,
  archive: {
    id: archiveId,
    sequence: 1,
    description: '',
    creationDate: '2026-01-01T00:00:00.000Z',
    sizeBytes: 1,
    treeHash: '',
    blobs: [],
  },
  range: { start: 0, end: 0 },
  rangeTreeHash: null,
  tier: 'Bulk',
});

const sequencesAfter = (index: JobIndex, sequence: number): number[] =>
  Array.from(index.after(sequence), (record) => record.job.sequence);

test.each([
  [-1, [2, 4, 6, 8]],
  [2, [4, 6, 8]],
  [5, [6, 8]],
  [8, []],
])('the job index lists the jobs after %d', (sequence, expected) => {
  const index = new JobIndex();
  for (const each of [2, 4, 6, 8]) index.add(job(each));
  expect(sequencesAfter(index, sequence)).toEqual(expected);
});

test('the job index drops removed jobs from every view', () => {
  const index = new JobIndex();
  for (let i = 1; i <= 50; i++) index.add(job(i));
  for (let i = 1; i <= 50; i++) {
    if (i % 7 !== 0) index.remove(`job-${i}`);
    expect(index.get(`job-${i}`) === undefined).toBe(i % 7 !== 0);
  }
  expect(sequencesAfter(index, 7)).toEqual([14, 21, 28, 35, 42, 49]);
  index.add(job(51));
  expect(sequencesAfter(index, 42)).toEqual([49, 51]);
});

test('an archive counts as being retrieved while one of its jobs exists', () => {
  const index = new JobIndex();
  index.add(job(1));
  index.add(job(2));
  index.add(job(3, 'other'));
  index.remove('job-1');
  index.complete('job-2', { status: 'Failed', message: '', completionDate: '' });
  expect(index.isRetrieving('one')).toBe(true);
  expect(index.get('job-2')?.outcome?.status).toBe('Failed');
  index.remove('job-2');
  index.remove('job-2');
  expect(index.isRetrieving('one')).toBe(false);
  expect(index.isRetrieving('other')).toBe(true);
});
