import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type CliContext, withExamples } from '../context';
import { usageError } from '../exit-codes';
import { parseVaultName } from '../parse/names';
import { SandboxControl, type Seeded } from '../sandbox-control';
import { counted, formatBytes, safeText } from '../text/format';

interface SeedOptions {
  readonly from?: string;
  readonly spec?: string;
  readonly json?: true;
}

export function registerSandboxSeed(sandbox: Command, context: CliContext): void {
  const command = sandbox
    .command('seed')
    .summary('fill a vault of a running sandbox')
    .description(
      'Fills a vault of the sandbox that AWS_ENDPOINT_URL names, and makes the vault when it is missing: with the files ' +
        'of a folder, or with made-up archives of any size and number, of which nothing is stored.',
    )
    .argument('<vault>', 'name of the vault', parseVaultName)
    .option('--from <dir>', 'upload the files of this folder')
    .option('--spec <file>', 'make up archives as this file says: see examples/seed.yaml')
    .option('--json', 'one JSON object')
    .action((vault: string, options: SeedOptions) => seed(context, vault, options));
  withExamples(command, [
    'glacier-transfer sandbox seed photos --from ~/Pictures',
    'glacier-transfer sandbox seed photos --spec examples/seed.yaml',
  ]);
}

async function seed(context: CliContext, vault: string, options: SeedOptions): Promise<void> {
  const { from, spec } = options;
  if ((from === undefined) === (spec === undefined)) throw usageError('Give either --from or --spec.');
  const control = await SandboxControl.find(context.output.env['AWS_ENDPOINT_URL']);
  const seeded =
    spec === undefined ? seedFromFolder(context, control, vault, from ?? '') : seedBySpec(control, vault, spec);
  const { archives, bytes } = await seeded;
  if (options.json === true)
    return context.output.json({ message_type: 'seeded', vault, archives, bytes: String(bytes) });
  return context.output.result(`${vault}: ${counted(archives, 'archive')} more, ${formatBytes(bytes)}`);
}

async function seedBySpec(control: SandboxControl, vault: string, file: string): Promise<Seeded> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw usageError(`${safeText(file)} cannot be read: ${String(error)}`);
  });
  return control.seed(vault, text);
}

/** Loaded only here: a sandbox starts without the AWS SDK. */
async function seedFromFolder(
  { output }: CliContext,
  { endpoint }: SandboxControl,
  vault: string,
  folder: string,
): Promise<Seeded> {
  const { uploadFolder } = require('../demo/upload-folder') as typeof import('../demo/upload-folder');
  return uploadFolder(output, endpoint, vault, folder);
}
