import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { archiveWorkflowId, shardWorkflowId } from '../../src/ids';
import { MIN_PART_BYTES, WHOLE_LIMIT_BYTES } from '../../src/domain/part-plan';
import type { TransferSummary } from '../../src/wire/progress';
import { startRun, runToEnd } from '../support/run';
import { startStack, type Stack } from '../support/stack';
import { uploadArchives } from '../support/vault';
import { usageOf } from './process-usage';

/** Not a test: `npm run bench:transfer` prints what moving costs. Figures are for the closing notes and docs. */
const MIB = 1024 * 1024;
const DEFAULT_LIMITS = {
  largeArchiveBytes: WHOLE_LIMIT_BYTES,
  wholeLimitBytes: WHOLE_LIMIT_BYTES,
  minPartBytes: MIN_PART_BYTES,
};
const MAIN = join(__dirname, '../../dist/cli/main.js');

async function eventsOf({ client }: Stack, workflowId: string): Promise<number> {
  const { historyLength } = await client.workflow.getHandle(workflowId).describe();
  return historyLength;
}

test('history events', async () => {
  const stack = await startStack();
  try {
    const uploaded = await uploadArchives(stack.clients, [
      ...Array.from({ length: 1_000 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 10_000 + number })),
      { description: 'whole', sizeBytes: 3 * MIB },
      { description: 'parts', sizeBytes: 65 * MIB },
    ]);
    const [whole, parts] = uploaded.slice(-2).map(({ archiveId }) => archiveWorkflowId('both', archiveId)) as [
      string,
      string,
    ];
    const small = await runToEnd(stack, 'small', { prefix: 'a/', tuning: { ...DEFAULT_LIMITS, ownWorkflowUpTo: 0 } });
    await runToEnd(stack, 'both', {
      prefix: 'b/',
      tuning: { ...DEFAULT_LIMITS, ownWorkflowUpTo: 0, largeArchiveBytes: 2 * MIB },
    });
    console.info({
      batchedArchives: small.archives.total,
      shardEvents: await eventsOf(stack, shardWorkflowId('small', 0)),
      archiveWholeEvents: await eventsOf(stack, whole),
      archiveInPartsEvents: await eventsOf(stack, parts),
    });
  } finally {
    await stack.close();
  }
}, 300_000);

test('CPU and memory of a transfer worker', async () => {
  const stack = await startStack({ workers: false });
  const start = (role: string, ...flags: string[]) =>
    spawn(process.execPath, [...flags, MAIN, 'worker', '--role', role], {
      env: { ...process.env, ...stack.environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const control = start('control');
  const bridge = start('bridge');
  const transfer = start('transfer', '--initial-old-space-size=256');
  try {
    const sizeBytes = 512 * MIB;
    await uploadArchives(
      stack.clients,
      Array.from({ length: 4 }, (_, number) => ({ description: `large/${number}`, sizeBytes })),
    );
    const run = await startRun(stack, 'large', { tuning: DEFAULT_LIMITS });
    const summary = (await run.result()) as TransferSummary;
    const { cpuSeconds, peakRssMiB } = usageOf(transfer.pid ?? 0);
    const gib = Number(summary.bytes.verified) / 1024 / MIB;
    const seconds = (Date.parse(summary.finishedAt) - Date.parse(summary.startedAt)) / 1_000;
    console.info({ gib, seconds, cpuSecondsPerGib: cpuSeconds / gib, peakRssMiB });
  } finally {
    for (const worker of [control, bridge, transfer]) worker.kill('SIGKILL');
    await stack.close();
  }
}, 300_000);
