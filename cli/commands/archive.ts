import type { Command } from 'commander';
import { archiveWorkflowId, Queries } from '../../src/ids';
import type { ArchiveStatus } from '../../src/wire/progress';
import { type CliContext, withExamples } from '../context';
import { CliError, ExitCode, usageError } from '../exit-codes';
import { findArchive, type ListedArchive } from '../listing/listing';
import { noInventory } from '../listing/no-inventory';
import { withCatalogue } from '../listing/open-catalogue';
import { withRun, type OpenRun, type RecordsPlace } from '../listing/open-records';
import { archiveDetailRecord, renderArchive } from '../listing/render';
import { bucketOption, bucketOwnerOption } from '../listing/records-options';
import { parseRunName } from '../parse/names';
import { safeText } from '../text/format';

interface ArchiveOptions extends RecordsPlace {
  readonly json?: true;
}

export function registerArchive(program: Command, context: CliContext): void {
  const command = program
    .command('archive')
    .description('Shows everything known about one archive of a run. Put an id that starts with "-" after "--".')
    .argument('<run>', 'name of the run', parseRunName)
    .argument('<id>', 'archive id, or object key')
    .addOption(bucketOption())
    .addOption(bucketOwnerOption())
    .option('--json', 'one JSON object')
    .action((run: string, id: string, options: ArchiveOptions) => archive(context, run, id, options));
  withExamples(command, [
    'glacier-transfer archive photos-1 NkbByEejwEggmBz2fTHgJrg0XBoDfjP4q6iu87',
    'glacier-transfer archive photos-1 2019/summer.tar --json',
    'glacier-transfer archive photos-1 -- -RgTy7mNqOtcj8f',
  ]);
}

async function archive(context: CliContext, name: string, id: string, options: ArchiveOptions): Promise<void> {
  await withRun(context, name, options, async (run) => {
    const { records, live } = run;
    const looked = await withCatalogue(context, name, run, async (catalogue) => ({
      found: await findArchive(catalogue, records, live, id),
    }));
    if (looked === null) throw noInventory(name, options.bucket);
    const { found } = looked;
    if (found === null) throw usageError(`The run ${name} has no archive with the id or key "${safeText(id)}".`);
    const status = await liveStatus(run, name, found);
    if (options.json === true) await context.output.json(archiveDetailRecord(name, found, status));
    else await context.output.result(renderArchive(name, found, status));
  });
}

/** Status from the archive's own workflow. Null when it has none, has not started, or is no longer in Temporal. */
async function liveStatus(
  { query }: OpenRun,
  run: string,
  { row, shard, receipt }: ListedArchive,
): Promise<ArchiveStatus | null> {
  if (query === null || !row.ownWorkflow || shard === null || receipt !== null) return null;
  try {
    return await query<ArchiveStatus>(archiveWorkflowId(run, row.archiveId), Queries.status);
  } catch (error) {
    if (error instanceof CliError && error.exitCode === ExitCode.Temporary) return null;
    throw error;
  }
}
