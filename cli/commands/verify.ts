import type { Command } from 'commander';
import { Sample, type Subset } from '../../src/verify/sample';
import { totalVerified, verifyArchives } from '../../src/verify/verify-archives';
import type { Counts } from '../../src/wire/progress';
import { type CliContext, withExamples } from '../context';
import { CliError, ExitCode } from '../exit-codes';
import { noInventory } from '../listing/no-inventory';
import { preparedInventory } from '../listing/open-catalogue';
import { withRun, type OpenRun, type RecordsPlace } from '../listing/open-records';
import { bucketOption, bucketOwnerOption } from '../listing/records-options';
import { parseRunName } from '../parse/names';
import { parseSubset } from '../parse/subset';
import { verificationRecord, verifyingRecord } from '../verification/record';
import { announcement, areWhole, mismatchMessage, renderVerification } from '../verification/render';
import { Reporter } from '../verification/reporter';

interface VerifyOptions extends RecordsPlace {
  readonly readDataSubset?: Exclude<Subset, null>;
  readonly json?: true;
}

export function registerVerify(program: Command, context: CliContext): void {
  const command = program
    .command('verify')
    .description(
      'Checks every verified archive against S3 again and reports what was deleted, replaced or changed since.',
    )
    .argument('<run>', 'name of the run', parseRunName)
    .option('--read-data-subset <part>', 'also read bytes back: 1% of the archives, 10G of data, or all', parseSubset)
    .addOption(bucketOption())
    .addOption(bucketOwnerOption())
    .option('--json', 'JSON Lines')
    .action((run: string, options: VerifyOptions) => verify(context, run, options));
  withExamples(command, [
    'glacier-transfer verify photos-1',
    'glacier-transfer verify photos-1 --read-data-subset 1%',
    'glacier-transfer verify photos-1 --bucket my-bucket --bucket-owner 111122223333 --json',
  ]);
}

async function verify(context: CliContext, name: string, options: VerifyOptions): Promise<void> {
  await withRun(context, name, options, (run) => verifyRun(context, name, options, run));
}

async function verifyRun(context: CliContext, name: string, options: VerifyOptions, run: OpenRun): Promise<void> {
  const { output } = context;
  const { place, records } = run;
  if ((await preparedInventory(run)) === null) throw noInventory(name, options.bucket);
  const subset = options.readDataSubset ?? null;
  const expected = await countedByRun(run);
  const total = await totalVerified(records.archives());
  const sample = new Sample(name, subset, total);
  if (options.json === true) await output.json(verifyingRecord(name, place.bucket, total, sample.expected));
  else output.message(announcement(place.bucket, total, sample.expected, subset !== null));

  const listener = new Reporter(context, name, options.json === true, total.archives);
  const found = await verifyArchives(place, records.archives(), sample, expected !== null, listener);

  if (options.json === true) await output.json(verificationRecord(name, found, expected));
  else await output.result([...listener.rest, renderVerification(name, found, expected)].join('\n'));
  if (found.different === 0 && areWhole(found, expected)) return;
  throw new CliError(mismatchMessage(name, found, expected), ExitCode.Mismatch);
}

/** Totals of a complete run; null if it is not complete: then receipts may be missing. */
async function countedByRun({ progress, records }: OpenRun): Promise<Counts | null> {
  const said = progress ?? (await records.summary());
  const isComplete = said?.state === 'completed' || said?.state === 'completed-with-failures';
  return isComplete ? said.archives : null;
}
