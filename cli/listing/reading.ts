import type { CliContext } from '../context';
import { isInteractive } from '../output';
import { barOn } from '../text/bar';
import { everyMinute } from '../text/every-minute';
import { counted, formatCount } from '../text/format';

/** Shows the progress of reading a run's records. */
export interface Reading {
  /** Reports that this many more rows have been read. */
  read(rows: number): void;
  /** Restores the terminal. */
  close(): void;
}

/**
 * A progress bar if standard error is a terminal and the result goes elsewhere, otherwise a line per minute.
 * @param resultIsElsewhere the result goes into a file
 */
export function tellReading(context: CliContext, totalRows: number, resultIsElsewhere: boolean): Reading {
  const { stdout, stderr, env } = context.output;
  const isFree = resultIsElsewhere || stdout.isTTY !== true;
  return isFree && isInteractive(stderr, env) ? bar(context, totalRows) : lines(context, totalRows);
}

function bar({ output }: CliContext, total: number): Reading {
  const shown = barOn(output.stderr, {
    format: '{bar} read {value} of {total} rows',
    formatValue: (value, _options, type) => (type === 'percentage' ? String(value) : formatCount(value)),
  });
  shown.start(total, 0);
  return { read: (rows) => shown.increment(rows), close: () => shown.stop() };
}

function lines({ output, now }: CliContext, total: number): Reading {
  const isDue = everyMinute(now);
  let done = 0;
  return {
    read: (rows) => {
      done += rows;
      if (isDue()) output.message(`Read ${formatCount(done)} of ${counted(total, 'row')}.`);
    },
    close: () => undefined,
  };
}
