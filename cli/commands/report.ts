import type { Command } from 'commander';
import { type CliContext, withExamples } from '../context';
import { CliError, ExitCode, usageError } from '../exit-codes';
import { listenForInterruption } from '../interruption';
import { noInventory } from '../listing/no-inventory';
import { withCatalogue, type OpenCatalogue } from '../listing/open-catalogue';
import { withRun, type OpenRun, type RecordsPlace } from '../listing/open-records';
import { tellReading, type Reading } from '../listing/reading';
import { bucketOption, bucketOwnerOption } from '../listing/records-options';
import { parseChoice, parseRunName } from '../parse/names';
import { type ReportRow, reportRows } from '../report/report-row';
import { ReportTally } from '../report/report-tally';
import { assertNewFile, printReport, REPORT_FORMATS, saveReport, type ReportFormat } from '../report/write-report';

interface ReportOptions extends RecordsPlace {
  readonly format: ReportFormat;
  readonly output?: string;
}

export function registerReport(program: Command, context: CliContext): void {
  const command = program
    .command('report')
    .description('Writes one line for each row of the inventory: its outcome, where it is now, and the proof.')
    .argument('<run>', 'name of the run', parseRunName)
    .option(
      '--format <format>',
      `format of the report: ${REPORT_FORMATS.join(', ')}`,
      (text: string) => parseChoice(text, REPORT_FORMATS, 'format'),
      'csv',
    )
    .option('-o, --output <file>', 'write a new file (default: standard output)')
    .addOption(bucketOption())
    .addOption(bucketOwnerOption())
    .action((run: string, options: ReportOptions) => report(context, run, options));
  withExamples(command, [
    'glacier-transfer report photos-1 > photos-1.csv',
    'glacier-transfer report photos-1 --format parquet -o photos-1.parquet',
    'glacier-transfer report photos-1 --bucket my-bucket --format jsonl -o photos-1.jsonl',
  ]);
}

async function report(context: CliContext, name: string, options: ReportOptions): Promise<void> {
  if (options.format === 'parquet' && options.output === undefined) {
    throw usageError('Parquet is written to a file only: use -o FILE.');
  }
  // Printing needs no cleanup: it stops when the reader stops reading.
  const interruption = options.output === undefined ? null : listenForInterruption();
  try {
    if (options.output !== undefined) assertNewFile(options.output);
    const told = await withRun(context, name, options, (run) =>
      withCatalogue(context, name, run, async (catalogue) => {
        await reportRun(context, name, options, run, catalogue, interruption?.signal ?? null);
        return true;
      }),
    );
    if (told === null) throw noInventory(name, options.bucket);
  } finally {
    interruption?.dispose();
  }
}

async function reportRun(
  context: CliContext,
  name: string,
  { format, output: path }: ReportOptions,
  { records, live }: OpenRun,
  catalogue: OpenCatalogue,
  signal: AbortSignal | null,
): Promise<void> {
  const tally = new ReportTally();
  const { total, excluded, quarantinedRows } = catalogue.prepared;
  const reading = tellReading(context, total.archives + excluded.archives + quarantinedRows, path !== undefined);
  const pages = observed(reportRows(name, catalogue, records, live), tally, reading, signal);
  try {
    if (path !== undefined) await saveReport(context.output.env, path, format, pages);
    else if (format !== 'parquet') await printReport(context.output, format, pages);
  } finally {
    reading.close();
  }
  context.output.message(tally.render());
  if (!tally.accountsFor(catalogue.prepared)) throw notWhole(name);
}

/** Passes pages through and counts them. @throws CliError when the user interrupts */
async function* observed(
  pages: AsyncIterable<readonly ReportRow[]>,
  tally: ReportTally,
  reading: Reading,
  signal: AbortSignal | null,
): AsyncGenerator<readonly ReportRow[]> {
  for await (const rows of pages) {
    if (signal?.aborted === true) throw new CliError('Interrupted. No report was written.', ExitCode.Interrupted);
    tally.add(rows);
    yield rows;
    reading.read(rows.length);
  }
}

const notWhole = (run: string): CliError =>
  new CliError(
    `The report does not match the inventory of ${run}: its records in the bucket are incomplete. ` +
      `Check them: glacier-transfer verify ${run}`,
    ExitCode.Mismatch,
  );
