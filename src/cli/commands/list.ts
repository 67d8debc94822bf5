import type { Command } from 'commander';
import { controlPrefix } from '../../ids';
import { ARCHIVE_STATES, type ArchiveState } from '../../wire/progress';
import type { CliContext } from '../context';
import { usageError, type CliError } from '../exit-codes';
import { withExamples } from '../help';
import { listArchives } from '../listing/listing';
import { withRun } from '../listing/open-records';
import { archiveLine, archiveRecord } from '../listing/render';
import { parseChoice } from '../parse/choice';
import { parseAccount, parseRunName } from '../parse/names';
import { parseBucket } from '../parse/s3-url';

interface ListOptions {
  readonly state?: ArchiveState;
  readonly bucket?: string;
  readonly bucketOwner?: string;
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
    .option('--bucket <bucket>', 'read only the records in this bucket: Temporal need not know the run', parseBucket)
    .option('--bucket-owner <account>', 'account of that bucket (default: as the run was told)', parseAccount)
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
