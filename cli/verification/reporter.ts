import type { Difference } from '../../src/verify/check-archive';
import type { Listener } from '../../src/verify/verify-archives';
import type { ArchiveRow } from '../../src/wire/inventory';
import type { Proof } from '../../src/wire/receipt';
import type { CliContext } from '../context';
import { everyMinute } from '../text/every-minute';
import { counted, formatCount } from '../text/format';
import { differenceRecord, verifiedRecord } from './record';
import { differenceLine } from './render';

/** Differences that people see; programs see all. */
const LINES_SHOWN = 20;

/** Tells differences as they are found and, when it takes long, how far it is. */
export class Reporter implements Listener {
  private told = 0;
  private lookedAt = 0;
  private readonly isDue: () => boolean;

  constructor(
    private readonly context: CliContext,
    private readonly run: string,
    private readonly isJson: boolean,
    private readonly toLookAt: number,
  ) {
    this.isDue = everyMinute(context.now);
  }

  /** What goes between the differences and the summary. */
  get rest(): readonly string[] {
    if (this.told === 0) return [];
    const hidden = this.told - LINES_SHOWN;
    return hidden <= 0 ? [''] : [`... and ${formatCount(hidden)} more: use --json to list all of them.`, ''];
  }

  async difference(difference: Difference): Promise<void> {
    this.told += 1;
    const { output } = this.context;
    if (this.isJson) return output.json(differenceRecord(this.run, difference));
    if (this.told <= LINES_SHOWN) await output.result(differenceLine(difference));
  }

  async checked(row: ArchiveRow, proof: Proof | null): Promise<void> {
    this.lookedAt += 1;
    if (this.isJson && proof !== null) await this.context.output.json(verifiedRecord(this.run, row, proof));
    if (!this.isDue()) return;
    this.context.output.message(
      `Checked ${formatCount(this.lookedAt)} of ${counted(this.toLookAt, 'object')}; ${formatCount(this.told)} differ.`,
    );
  }
}
