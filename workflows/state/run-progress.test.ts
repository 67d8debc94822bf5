import { emptyTally } from '../../src/domain/tally';
import type { Counts } from '../../src/wire/progress';
import { finalOutcome } from './run-progress';

const { archives: none } = emptyTally();
const DATE = '2026-05-12T14:19:01Z';

test.each<[Partial<Counts>, number, string | null, string, string]>([
  [{ total: 2, verified: 2 }, 0, DATE, 'completed', 'every archive is verified'],
  [{ total: 2, verified: 2, excluded: 1 }, 0, DATE, 'completed', 'every archive is verified'],
  [{ total: 2, verified: 2 }, 3, DATE, 'completed-with-failures', 'every archive is verified; 3 rows of the inventory'],
  [{ total: 2, verified: 1, failed: 1 }, 3, DATE, 'completed-with-failures', 'some archives were not moved'],
  [{}, 0, DATE, 'completed', `the vault is empty: its inventory of ${DATE} lists no archive`],
  [{}, 0, null, 'completed', 'the inventory lists no archive'],
  [{}, 1, DATE, 'completed-with-failures', 'the inventory lists no archive; 1 row of the inventory'],
])(
  'outcome of a run with counts %j and %i unreadable rows',
  (counts, quarantinedRows, inventoryDate, state, detail) => {
    const word = finalOutcome({ archives: { ...none, ...counts }, quarantinedRows, inventoryDate });
    expect(word).toEqual({ state, detail: expect.stringMatching(`^${detail}`) as string });
  },
);
