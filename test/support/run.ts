import { CONTROL_QUEUE, Queries } from '../../src/ids';
import type { RunProgress, TransferSummary } from '../../src/wire/progress';
import type { TransferRequest } from '../../src/wire/request';
import { BUCKET, VAULT, type Stack } from './stack';

const MIB = 1024 * 1024;
/** The smallest parts that S3 takes. */
export const PART_BYTES = 8 * MIB;
/** Defaults of the runs of tests: polls within seconds, and archives that have parts without being large. */
const TUNING = {
  pollSeconds: 5,
  largeArchiveBytes: PART_BYTES,
  wholeLimitBytes: PART_BYTES,
  minPartBytes: PART_BYTES,
} as const;

export async function startRun({ client }: Stack, run: string, request: Partial<TransferRequest> = {}) {
  return await client.workflow.start('vaultTransfer', {
    taskQueue: CONTROL_QUEUE,
    workflowId: run,
    args: [
      {
        vault: VAULT,
        bucket: BUCKET,
        storageClass: 'STANDARD_IA',
        ...request,
        tuning: { ...TUNING, ...request.tuning },
      } satisfies TransferRequest,
    ],
    workflowExecutionTimeout: '4 minutes',
  });
}

export async function runToEnd(
  stack: Stack,
  run: string,
  request: Partial<TransferRequest> = {},
): Promise<TransferSummary> {
  const handle = await startRun(stack, run, request);
  return (await handle.result()) as TransferSummary;
}

export const progressOf = async ({ client }: Stack, run: string): Promise<RunProgress> =>
  await client.workflow.getHandle(run).query<RunProgress>(Queries.progress);
