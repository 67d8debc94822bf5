import { CreateVaultCommand } from '@aws-sdk/client-glacier';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import type { Client } from '@temporalio/client';
import type { AwsClients } from '../../src/aws/clients';
import type { OwnedBucket } from '../../src/aws/owned-bucket';
import { setUpMessaging } from '../../src/aws/messaging-setup';
import { parseVaultArn } from '../../src/aws/arn';
import type { RunProgress } from '../../src/wire/progress';
import type { Output, Environment } from '../output';
import { CliError, ExitCode, exitCodeOfSummary } from '../exit-codes';
import { recordedBucket, RunRecords } from '../../src/run-folder/run-records';
import { Run } from '../runs';
import { startRun } from '../start-run';
import { follow } from '../status/follow';
import { chooseView } from '../status/views';
import { shortfall } from '../status/watch-run';
import { counted, formatBytes } from '../text/format';
import { findVault } from '../vault';
import { compareAll, type Comparison } from './compare';
import { renderResult, type Phase } from './render';
import type { SourceFile } from './folder-files';
import { uploadFiles } from './upload';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usingPath } from '../system-error';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/**
 * A temporary folder that is deleted with this process, even if it crashes or gets a second signal.
 * @param subject what needs it, for the error
 * @throws CliError that names TMPDIR if it cannot be created
 */
export async function temporaryFolder(env: Environment, subject: string, prefix: string): Promise<TemporaryFolder> {
  const path = await usingPath(env, tmpdir(), subject, () => mkdtemp(join(tmpdir(), prefix)));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path,
    remove: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

const VAULT = 'demo';
const BUCKET = 'glacier-transfer-demo';
/** Name of the demo's run. */
export const DEMO_RUN = 'demo';

export interface Demo {
  readonly aws: AwsClients;
  readonly client: Client;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/**
 * Fills a vault with the files, transfers it, reads every object back and reports the result.
 * @throws CliError when anything was not moved or is not equal; the signal's reason when it is aborted
 */
export async function runDemo(demo: Demo, files: readonly SourceFile[]): Promise<void> {
  const { aws, output, signal } = demo;
  output.message(
    `Uploading ${counted(files.length, 'file')}, ${formatBytes(sizeOf(files))}, to the vault "${VAULT}" ...`,
  );
  const upload = await timed(() => uploadFiles(aws.glacier, VAULT, files, signal));
  const { uploaded, leftOut } = upload.result;

  output.message(`Moving them to the bucket "${BUCKET}", storage class STANDARD, so that they can be read back ...`);
  const transfer = await timed(() => transferVault(demo));

  output.message('Reading every object back and comparing it with its file ...');
  const bucket = await recordedBucket(aws.s3, BUCKET, DEMO_RUN);
  const keys = await keysOfRun(aws, bucket);
  const comparison = await timed(() => compareAll(aws.s3, bucket, uploaded, keys, signal));

  const moved = { archives: uploaded.length, bytes: sizeOf(uploaded.map(({ file }) => file)) };
  const phases: readonly Phase[] = [
    { what: 'files to the vault', ...moved, durationMs: upload.durationMs },
    { what: 'vault to the bucket', ...moved, durationMs: transfer.durationMs },
    { what: 'read back, compared', ...moved, durationMs: comparison.durationMs },
  ];
  await output.result(`\n${renderResult(phases, comparison.result, leftOut)}`);
  assertEqual(comparison.result);
}

/** Creates vault, bucket, topic and queue, as in a real account. */
export async function prepareDemo(aws: AwsClients): Promise<void> {
  await aws.glacier.send(new CreateVaultCommand({ accountId: '-', vaultName: VAULT }));
  await aws.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await setUpMessaging(aws, parseVaultArn(await findVault(aws, VAULT)));
}

async function transferVault({ client, output, signal }: Demo): Promise<void> {
  await startRun(client, DEMO_RUN, { vault: VAULT, bucket: BUCKET, storageClass: 'STANDARD' });
  const run = new Run(client, DEMO_RUN);
  // Glacier's usual times do not apply to a sandbox whose jobs take seconds.
  const progress = async (): Promise<RunProgress> => ({ ...(await run.progress()), tier: null });
  await follow({ progress }, chooseView(output, null, output.stderr), signal);
  signal.throwIfAborted();
  const summary = await run.result();
  const exitCode = exitCodeOfSummary(summary);
  if (exitCode !== ExitCode.Ok) throw new CliError(shortfall(summary), exitCode);
}

/** Object key by archive id, from the run's receipts. */
async function keysOfRun({ s3 }: AwsClients, bucket: OwnedBucket): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  for await (const { row, receipt } of new RunRecords(s3, bucket, DEMO_RUN).archives()) {
    if (receipt?.stored) keys.set(row.archiveId, receipt.stored.key);
  }
  return keys;
}

function assertEqual({ different, strangers }: Comparison): void {
  if (different.length + strangers.length === 0) return;
  throw new CliError(
    'The objects read back differ from the uploaded files. Please report this as a bug.',
    ExitCode.Error,
  );
}

const sizeOf = (files: readonly SourceFile[]): number => files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly durationMs: number }> {
  const startMs = performance.now();
  const result = await work();
  return { result, durationMs: performance.now() - startMs };
}
