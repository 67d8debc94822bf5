import type { Command } from 'commander';
import { examine } from '../../src/doctor';
import type { Check } from '../../src/doctor/check';
import { type CliContext, withAws, withExamples } from '../context';
import { CliError, ExitCode } from '../exit-codes';
import { parseAccount, parseVaultName } from '../parse/names';
import { parseDestination, type Destination } from '../parse/s3-url';
import { counted, safeText } from '../text/format';

interface DoctorOptions {
  readonly to: Destination;
  readonly bucketOwner?: string;
  readonly json?: true;
}

export function registerDoctor(program: Command, context: CliContext): void {
  const command = program
    .command('doctor')
    .description(
      'Checks credentials, permissions, vault, bucket, notifications and Temporal, and says how to fix problems. Run ' +
        'it with the credentials of the workers. It initiates no job, and writes one small object under ' +
        '.glacier-transfer/ in the bucket.',
    )
    .argument('<vault>', 'name of the vault', parseVaultName)
    .requiredOption('--to <s3-url>', 'where the objects go: s3://bucket or s3://bucket/folder', parseDestination)
    .option('--bucket-owner <account>', "account that owns the bucket, 12 digits (default: the vault's)", parseAccount)
    .option('--json', 'JSON Lines')
    .action((vault: string, options: DoctorOptions) => doctor(context, vault, options));
  withExamples(command, ['glacier-transfer doctor photos --to s3://my-bucket/photos']);
}

async function doctor(context: CliContext, vault: string, options: DoctorOptions): Promise<void> {
  const { to, bucketOwner, json } = options;
  const examination = { vault, ...to, ...(bucketOwner === undefined ? {} : { bucketOwner }) };
  const checks = await withAws(context, (aws) => examine({ aws, connect: context.connect }, examination));
  for (const check of checks) {
    if (json === true) await context.output.json({ message_type: 'check', ...check });
    else await context.output.result(lineOf(check));
  }
  const count = (verdict: Check['verdict']): number => checks.filter((check) => check.verdict === verdict).length;
  if (count('failed') > 0) {
    throw new CliError(
      `${counted(count('failed'), 'check')} failed: see above for what to do.`,
      ExitCode.Configuration,
    );
  }
  if (count('unknown') > 0) {
    throw new CliError(`${counted(count('unknown'), 'check')} could not be completed. Try again.`, ExitCode.Temporary);
  }
}

function lineOf({ area, name, verdict, message }: Check): string {
  const subject = name === area ? area : `${area}, ${name}`;
  return safeText(`${verdict.padEnd('warning'.length)}  ${subject}: ${message}`);
}
