import * as fc from 'fast-check';
import { Failure } from '../../src/failures';
import { ARCHIVE_STATES } from '../../src/wire/progress';
import { ArchiveTable, type TableReport } from './archive-table';
import { propertyRuns } from '../../test/support/property-runs';

const open = (firstIndex: number, sizes: readonly number[]): ArchiveTable => {
  const table = new ArchiveTable(2);
  table.open(firstIndex, sizes, []);
  return table;
};

const OPEN_STATES = ['waiting', 'requested', 'ready', 'moving'] as const;
const event = fc.record({
  index: fc.integer({ min: 95, max: 112 }),
  state: fc.constantFrom(...OPEN_STATES),
  outcome: fc.option(fc.constantFrom('verified' as const, 'failed' as const, 'skipped' as const)),
});

test('counters and bytes always sum to the shard, and the first outcome of an archive is final', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 45), { minLength: 1, maxLength: 10 }), fc.array(event), (sizes, events) => {
      const table = open(100, sizes);
      const ends = new Map<number, string>();
      for (const { index, state, outcome } of events) {
        if (outcome === null) table.setState(index, state);
        else {
          table.settle(index, outcome, outcome === 'verified' ? null : Failure.Refused);
          if (table.state(index) !== null && !ends.has(index)) ends.set(index, outcome);
        }
      }
      const { archives, bytes, failures, final } = table.report();
      expect(ARCHIVE_STATES.reduce((sum, state) => sum + archives[state], 0)).toBe(sizes.length);
      expect(ARCHIVE_STATES.reduce((sum, state) => sum + BigInt(bytes[state]), 0n)).toBe(BigInt(bytes.total));
      expect(bytes.total).toBe(String(sizes.reduce((sum, size) => sum + BigInt(size), 0n)));
      for (const [index, outcome] of ends) expect(table.state(index)).toBe(outcome);
      expect(failures[Failure.Refused] ?? 0).toBe(archives.failed);
      expect(final).toBe(ends.size === sizes.length);
    }),
    { numRuns: propertyRuns(100) },
  );
});

test('a report is final when everything is settled, its sequence increases, and it does not change later', () => {
  const table = open(7, [1, 2]);
  const reports: TableReport[] = [table.takeReport()];
  expect(table.hasChanges).toBe(false);
  table.settle(7, 'failed', Failure.HashMismatch);
  expect(table.hasChanges).toBe(true);
  reports.push(table.takeReport());
  table.settle(8, 'verified', null);
  reports.push(table.takeReport());
  expect(reports).toMatchObject([
    { shard: 2, sequence: 1, final: false, failures: {}, archives: { waiting: 2, failed: 0 } },
    { shard: 2, sequence: 2, final: false, failures: { HashMismatch: 1 }, archives: { waiting: 1, failed: 1 } },
    { shard: 2, sequence: 3, final: true, failures: { HashMismatch: 1 }, archives: { verified: 1, total: 2 } },
  ]);
});

test('pages start at the requested index and have at most 1,000 rows', () => {
  const table = open(
    5_000,
    Array.from({ length: 2_500 }, () => 1),
  );
  expect(table.page({ from: 0, limit: 2 }).map(({ index }) => index)).toEqual([5_000, 5_001]);
  expect(table.page({ from: 7_499, limit: 10 })).toEqual([{ index: 7_499, state: 'waiting', reason: null }]);
  expect(table.page({ from: 5_000, limit: 5_000 })).toHaveLength(1_000);
  expect(table.page({ from: 7_500, limit: 10 })).toEqual([]);
});
