import type { Command } from 'commander';
import { type CliContext, withExamples } from '../context';
import { LISTED_STATES, listArchives, listExcluded, type ListedState } from '../listing/listing';
import { noRecords } from '../listing/no-inventory';
import { withCatalogue, type OpenCatalogue } from '../listing/open-catalogue';
import { withRun, type OpenRun, type RecordsPlace } from '../listing/open-records';
import { tellReading } from '../listing/reading';
import { archiveLine, archiveRecord } from '../listing/render';
import { bucketOption, bucketOwnerOption } from '../listing/records-options';
import { parseChoice, parseRunName } from '../parse/names';
import { counted } from '../text/format';

interface ListOptions extends RecordsPlace {
  readonly state?: ListedState;
  readonly json?: true;
}

export function registerList(program: Command, context: CliContext): void {
  const command = program
    .command('list')
    .description('Lists every archive of a run with its state, size, key and, if it failed, the reason.')
    .argument('<run>', 'name of the run', parseRunName)
    .option('--state <state>', `only archives in this state: ${LISTED_STATES.join(', ')}`, (text: string) =>
      parseChoice(text, LISTED_STATES, 'archive state'),
    )
    .addOption(bucketOption())
    .addOption(bucketOwnerOption())
    .option('--json', 'JSON Lines')
    .action((run: string, options: ListOptions) => list(context, run, options));
  withExamples(command, [
    'glacier-transfer list photos-1',
    'glacier-transfer list photos-1 --state failed --json',
    'glacier-transfer list photos-1 --bucket my-bucket',
  ]);
}

async function list(context: CliContext, name: string, options: ListOptions): Promise<void> {
  const known = await withRun(context, name, options, (run) =>
    withCatalogue(context, name, run, (catalogue) => listRun(context, name, options, run, catalogue)),
  );
  if (known !== null && known > 0) return;
  if (known === null && options.bucket !== undefined) throw noRecords(name, options.bucket);
  context.output.message(
    `The run ${name} has no archives yet: it is waiting for the inventory, or the vault is empty.`,
  );
}

/** Returns how many archives the run has. */
async function listRun(
  context: CliContext,
  name: string,
  { state, json }: ListOptions,
  { records, live }: OpenRun,
  catalogue: OpenCatalogue,
): Promise<number> {
  const { output } = context;
  const { total, excluded } = catalogue.prepared;
  const pages = state === 'excluded' ? listExcluded(catalogue) : listArchives(catalogue, records, live);
  const reading = tellReading(context, state === 'excluded' ? excluded.archives : total.archives, false);
  try {
    for await (const page of pages) {
      for (const archive of page) {
        if (state !== undefined && archive.state !== state) continue;
        if (json === true) await output.json(archiveRecord(name, archive));
        else await output.result(archiveLine(archive));
      }
      reading.read(page.length);
    }
  } finally {
    reading.close();
  }
  if (state === undefined && excluded.archives > 0) {
    output.message(
      `The run's filter excludes ${counted(excluded.archives, 'more archive')}: list them with --state excluded.`,
    );
  }
  return total.archives + excluded.archives;
}
