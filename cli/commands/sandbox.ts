import type { Command } from 'commander';
import {
  addSandboxOptions,
  parseSandboxOptions,
  type RawSandboxOptions,
  runSandbox,
  SandboxControl,
  type Seeded,
  SettingsError,
} from 'glacier-sandbox';
import { CONTROL_ROOT } from '../../src/ids';
import { type CliContext, withExamples } from '../context';
import { usageError } from '../exit-codes';
import { listenForInterruption } from '../interruption';
import { parseVaultName } from '../parse/names';
import { counted, formatBytes } from '../text/format';

export function registerSandbox(program: Command, context: CliContext): void {
  const command = program
    .command('sandbox')
    .description(
      'Runs a local AWS emulator: Glacier, S3, SNS and SQS on one port of 127.0.0.1, until Ctrl-C. Any AWS tool can ' +
        'use it; nothing leaves this machine. Without --credentials, any credentials are accepted. With ' +
        '--discard-bodies, the records of runs are stored nevertheless.',
    )
    .action((raw: RawSandboxOptions) => sandbox(context, raw));
  addSandboxOptions(command);
  withExamples(command, [
    'glacier-transfer sandbox --data /tmp/aws --port 4566',
    'glacier-transfer sandbox --data /tmp/aws --delay bulk=5s --delay inventory=1s',
    'glacier-transfer sandbox --data /tmp/aws --clock 3600 --delays aws --inventory daily',
    'glacier-transfer sandbox --data /tmp/aws --faults sandbox/examples/faults.yaml',
  ]);
  registerSeed(command, context);
}

async function sandbox({ output }: CliContext, raw: RawSandboxOptions): Promise<void> {
  const terminal = {
    result: (text: string) => output.result(text),
    message: (line: string) => output.message(line),
  };
  const interruption = listenForInterruption();
  try {
    await withUsageErrors(() => runSandbox(parseSandboxOptions(raw, [CONTROL_ROOT]), terminal, interruption.signal));
  } finally {
    interruption.dispose();
  }
}

interface SeedOptions {
  readonly from?: string;
  readonly spec?: string;
  readonly json?: true;
}

function registerSeed(sandbox: Command, context: CliContext): void {
  const command = sandbox
    .command('seed')
    .summary('fill a vault of a running sandbox')
    .description(
      'Fills a vault of the sandbox that AWS_ENDPOINT_URL names: with the files of a folder, or with generated archives ' +
        'of any size and number, which take no space. The vault is created if missing.',
    )
    .argument('<vault>', 'name of the vault', parseVaultName)
    .option('--from <dir>', 'upload the files of this folder')
    .option('--spec <file>', 'generate archives as this file specifies: see sandbox/examples/seed.yaml')
    .option('--json', 'one JSON object')
    .action((vault: string, options: SeedOptions) => seed(context, vault, options));
  withExamples(command, [
    'glacier-transfer sandbox seed photos --from ~/Pictures',
    'glacier-transfer sandbox seed photos --spec sandbox/examples/seed.yaml',
  ]);
}

async function seed({ output }: CliContext, vault: string, { from, spec, json }: SeedOptions): Promise<void> {
  const { archives, bytes } = await withUsageErrors(async (): Promise<Seeded> => {
    if ((from === undefined) === (spec === undefined)) throw usageError('Give either --from or --spec.');
    const control = await SandboxControl.find(output.env['AWS_ENDPOINT_URL']);
    if (spec !== undefined) return control.seed(vault, spec);
    // Loaded lazily, so that a sandbox starts without the AWS SDK.
    const { uploadFolder } = require('../demo/upload-folder') as typeof import('../demo/upload-folder');
    return uploadFolder(output, control.endpoint, vault, from ?? '');
  });
  if (json === true) return output.json({ message_type: 'seeded', vault, archives, bytes });
  return output.result(`${vault}: ${counted(archives, 'archive')} added, ${formatBytes(BigInt(bytes))}`);
}

/** An option or a file that the sandbox rejects is wrong usage of the command. */
async function withUsageErrors<Result>(use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    throw error instanceof SettingsError ? usageError(error.message) : error;
  }
}
