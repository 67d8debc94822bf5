import type { CountAndBytes, PreparedInventory } from '../../src/wire/inventory';
import { renderTable, formatBytes, formatCount } from '../text/format';
import type { ReportOutcome, ReportRow } from './report-row';

interface Sum {
  readonly rows: number;
  readonly bytes: bigint;
}

const OUTCOMES = ['verified', 'failed', 'skipped', 'open', 'excluded', 'quarantined'] as const;
const OF_THE_RUN = ['verified', 'failed', 'skipped', 'open'] as const satisfies readonly ReportOutcome[];
const NOTHING: Sum = { rows: 0, bytes: 0n };

/** Rows and bytes of a report by outcome. */
export class ReportTally {
  private readonly sums = new Map<ReportOutcome, Sum>();

  add(rows: readonly ReportRow[]): void {
    for (const { outcome, size_bytes } of rows) {
      this.sums.set(outcome, plus(this.of(outcome), { rows: 1, bytes: BigInt(size_bytes ?? 0) }));
    }
  }

  /** The report has every row of the inventory. */
  accountsFor({ total, excluded, quarantinedRows }: PreparedInventory): boolean {
    return (
      isEqual(this.sum(OF_THE_RUN), total) &&
      isEqual(this.of('excluded'), excluded) &&
      this.of('quarantined').rows === quarantinedRows
    );
  }

  /** A line for each outcome that occurs, and the total. The size of quarantined rows is unknown. */
  render(): string {
    const lines = OUTCOMES.filter((outcome) => this.sums.has(outcome)).map((outcome) => {
      const { rows, bytes } = this.of(outcome);
      return [outcome, formatCount(rows), outcome === 'quarantined' ? '' : formatBytes(bytes)];
    });
    const all = this.sum(OUTCOMES);
    return renderTable(
      [
        { title: '', align: 'left' },
        { title: 'rows', align: 'right' },
        { title: 'size', align: 'right' },
      ],
      [...lines, ['the inventory', formatCount(all.rows), formatBytes(all.bytes)]],
    ).join('\n');
  }

  private of(outcome: ReportOutcome): Sum {
    return this.sums.get(outcome) ?? NOTHING;
  }

  private sum(outcomes: readonly ReportOutcome[]): Sum {
    return outcomes.map((outcome) => this.of(outcome)).reduce(plus, NOTHING);
  }
}

const plus = (one: Sum, other: Sum): Sum => ({ rows: one.rows + other.rows, bytes: one.bytes + other.bytes });

const isEqual = ({ rows, bytes }: Sum, expected: CountAndBytes): boolean =>
  rows === expected.archives && bytes === BigInt(expected.bytes);
