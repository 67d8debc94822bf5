import type { Command } from 'commander';
import type { RunState } from '../../src/wire/progress';
import { STORAGE_CLASSES, TIERS, type StorageClass, type Tier, type TransferRequest } from '../../src/wire/request';
import { withTemporal, type CliContext, withExamples } from '../context';
import { CliError, ExitCode } from '../exit-codes';
import { parseChoice, defaultRunName, parseAccount, parseRunName } from '../parse/names';
import { parseDestination, type Destination } from '../parse/s3-url';
import { Run } from '../runs';
import { addSelectionOptions, selectionOf, type SelectionOptions, warnOfOrder } from '../start/selection-options';
import { uploadInputs } from '../start/upload-inputs';
import { asksForSeveral, collectVaults, withSeriesOptions, type SeriesOptions } from '../series/options';
import { startVaults } from '../series/start-series';
import { startRun } from '../start-run';
import { statusSentence } from '../status/render';
import { watchRun } from '../status/watch-run';
import { webUiOfRun } from '../web-ui';

interface StartOptions extends SelectionOptions, SeriesOptions {
  readonly to: Destination;
  readonly bucketOwner?: string;
  readonly run?: string;
  readonly storageClass: StorageClass;
  readonly tier: Tier;
  readonly readAdopted?: true;
  readonly inventory?: string;
  readonly wait?: true;
  readonly json?: true;
}

export function registerStart(program: Command, context: CliContext): void {
  const command = program
    .command('start')
    .description(
      'Starts a run: moves every archive of the vault, or those the filters select, into the bucket and verifies them ' +
        'byte for byte. With several vaults, each gets its own run and a folder of its name in the destination.',
    )
    .argument('[vaults...]', 'name of one or more vaults', collectVaults)
    .requiredOption('--to <s3-url>', 'where the objects go: s3://bucket or s3://bucket/folder', parseDestination)
    .option('--bucket-owner <account>', "account that owns the bucket, 12 digits (default: the vault's)", parseAccount)
    .option('--run <name>', 'name of the run or series (default: the vault and the time)', parseRunName)
    .option(
      '--storage-class <class>',
      `storage class of the objects: ${STORAGE_CLASSES.join(', ')}`,
      (text: string) => parseChoice(text, STORAGE_CLASSES, 'storage class'),
      'DEEP_ARCHIVE',
    )
    .option(
      '--tier <tier>',
      `retrieval tier: ${TIERS.join(', ')}`,
      (text: string) => parseChoice(text, TIERS, 'retrieval tier'),
      'Bulk',
    )
    .option(
      '--inventory <file>',
      'use this inventory (JSON or CSV, plain or gzip) instead of retrieving one from Glacier: a path, - for ' +
        'standard input, or s3://bucket/key',
    )
    .option(
      '--read-adopted',
      'before adopting an object already in the bucket, read it back if S3 has no SHA-256 to compare',
    )
    .action((vaults: readonly string[], options: StartOptions) => start(context, vaults, options));
  addSelectionOptions(command);
  withSeriesOptions(command);
  command.option('--wait', 'wait until it ends and show the progress').option('--json', 'JSON Lines');
  withExamples(command, [
    'glacier-transfer start photos --to s3://my-bucket/photos',
    'glacier-transfer start photos --to s3://my-bucket --run photos-1 --storage-class STANDARD_IA --wait',
    "glacier-transfer start photos --to s3://my-bucket --from-date 2019-01-01 --include '*.jpg' --exclude cache/",
    'glacier-transfer start photos films --to s3://my-bucket/vaults --parallel',
  ]);
}

async function start(context: CliContext, vaults: readonly string[], options: StartOptions): Promise<void> {
  if (asksForSeveral(vaults, options)) {
    return await startVaults(context, vaults, options, (vault, to) => toRequest(vault, { ...options, to }));
  }
  const [vault = ''] = vaults;
  const name = options.run ?? defaultRunName(vault, context.now());
  const request = await uploadInputs(context, name, toRequest(vault, options), options);
  warnOfOrder(context.output, options);
  const json = options.json === true;
  await withTemporal(context, async (client) => {
    const run = new Run(client, name);
    const webUi = webUiOfRun(client, name);
    if ((await startRun(client, name, request)) === 'attached') await tellAttached(context, run, request, json);
    else if (json) await context.output.json(startedRecord(name, request));
    else await context.output.result(startedText(name, request, webUi));
    if (options.wait === true) await watchRun(context, run, { json, webUi });
  });
}

/** The run already exists: reports its state. */
async function tellAttached({ output }: CliContext, run: Run, request: TransferRequest, json: boolean): Promise<void> {
  const progress = await run.progress().catch(unlessPassing);
  if (json) return output.json({ ...startedRecord(run.name, request), attached: true, state: progress?.state ?? null });
  const state = progress === null ? 'Its progress is unknown: no worker answers' : statusSentence(progress);
  return output.result(
    `The run ${run.name} already exists with the same request; nothing was started. ${state}.\n` +
      `Status:  glacier-transfer status ${run.name} --watch`,
  );
}

function unlessPassing(error: unknown): null {
  if (error instanceof CliError && error.exitCode === ExitCode.Temporary) return null;
  throw error;
}

function toRequest(vault: string, options: StartOptions): TransferRequest {
  const { to, bucketOwner, storageClass, tier, readAdopted } = options;
  return {
    vault,
    ...to,
    ...(bucketOwner === undefined ? {} : { bucketOwner }),
    storageClass,
    tier,
    ...(readAdopted === true ? { readAdopted } : {}),
    ...selectionOf(options),
  };
}

export const startedRecord = (run: string, request: TransferRequest) => ({
  message_type: 'started' as const,
  run,
  vault: request.vault,
  bucket: request.bucket,
  prefix: request.prefix ?? '',
  storage_class: request.storageClass ?? null,
  tier: request.tier ?? null,
  /** The run already exists. */
  attached: false,
  state: 'inventory' as RunState | null,
});

const startedText = (run: string, request: TransferRequest, webUi: string | null): string =>
  [
    `Started the run ${run}: vault ${request.vault} to s3://${request.bucket}/${request.prefix ?? ''} ` +
      `(${request.storageClass}, ${request.tier} retrieval).`,
    `Status:  glacier-transfer status ${run} --watch`,
    `List:    glacier-transfer list ${run}`,
    `Cancel:  glacier-transfer cancel ${run}`,
    ...(webUi === null ? [] : [`Web UI:  ${webUi}`]),
  ].join('\n');
