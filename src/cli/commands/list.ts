import type { Command } from 'commander';
import { controlPrefix } from '../../ids';
import { ARCHIVE_STATES, type ArchiveState } from '../../wire/progress';
import type { CliContext } from '../context';
import { usageError, type CliError } from '../exit-codes';
import { withExamples } from '../help';
import { listArchives } from '../listing/listing';
import { withRun, type RecordsPlace } from '../listing/open-records';
import { archiveLine, archiveRecord } from '../listing/render';
import { bucketOption, bucketOwnerOption } from '../listing/records-options';
import { parseChoice } from '../parse/choice';
import { parseRunName } from '../parse/names';

interface ListOptions extends RecordsPlace {
  readonly state?: ArchiveState;
  readonly json?: true;
}

export function registerList(program: Command, context: CliContext): void {
  const command = program
    .command('list')
    .summary('list the archives of a run')
    .description('Lists every archive of a run with its state, size, key and, where it failed, the reason.')
    .argument('<run>', 'name of the run', parseRunName)
    .option('--state <state>', `only archives in this state: ${ARCHIVE_STATES.join(', ')}`, (text: string) =>
      parseChoice(text, ARCHIVE_STATES, 'archive state'),
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
  const { output } = context;
  const known = await withRun(context, name, options, async ({ records, live }) => {
    let archives = 0;
    for await (const archive of listArchives(records, live)) {
      archives += 1;
      if (options.state !== undefined && archive.state !== options.state) continue;
      if (options.json === true) await output.json(archiveRecord(name, archive));
      else await output.result(archiveLine(archive));
    }
    return archives;
  });
  if (known > 0) return;
  if (options.bucket !== undefined) throw noRecords(name, options.bucket);
  output.message(`The run ${name} has no archives yet: it waits for the inventory, or the vault is empty.`);
}

/** The bucket has no shard of a run of this name. */
export const noRecords = (name: string, bucket: string): CliError =>
  usageError(`s3://${bucket}/${controlPrefix(name)} holds no list of archives of a run named "${name}".`);
