import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createClients } from '../../src/aws/clients';
import { ExitCode } from '../../cli/exit-codes';
import { runCli } from '../../cli/program';
import { testCli } from '../../cli/testing';
import { connectClient } from '../../src/temporal/connect';
import { progressOf, startRun } from '../support/run';
import { BUCKET, startStack, type Stack } from '../support/stack';
import { until } from '../support/until';
import { uploadArchives } from '../support/vault';

const MIB = 1024 * 1024;
const BATCHES_AND_OWN = { ownWorkflowUpTo: 0, largeArchiveBytes: MIB };

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await uploadArchives(stack.clients, [
    { description: 'taken', sizeBytes: 1_000 },
    { description: 'free', sizeBytes: 1_001 },
    { description: 'parts', sizeBytes: 17 * MIB },
  ]);
}, 60_000);
afterAll(async () => await stack.close());

/** `glacier-transfer …` as a process of its own would run it. */
async function command(...args: string[]): Promise<{ readonly exitCode: number; readonly output: string }> {
  const { context, stdout, stderr } = testCli();
  const exitCode = await runCli({ ...context, connect: () => connectClient(), aws: createClients }, args);
  return { exitCode, output: stdout.text + stderr.text };
}

test('the command line pauses, resumes, slows down, retries, cancels and reopens a run', async () => {
  const { s3 } = stack.clients;
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'taken', Body: 'foreign' }));
  stack.sandbox.faults.add({ rules: [{ fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: MIB / 8 }] });
  await startRun(stack, 'commanded', { tuning: BATCHES_AND_OWN });
  await until(async () => (await progressOf(stack, 'commanded')).archives.failed === 1);

  expect(await command('pause', 'commanded')).toMatchObject({
    exitCode: ExitCode.Ok,
    output: expect.stringContaining('glacier-transfer resume commanded') as string,
  });
  expect((await command('status', 'commanded')).output).toContain('paused');
  expect(await command('pause', 'commanded')).toMatchObject({
    exitCode: ExitCode.Usage,
    output: expect.stringContaining('the run is already paused') as string,
  });
  expect((await command('resume', 'commanded')).exitCode).toBe(ExitCode.Ok);

  expect(await command('set', 'commanded', '--bytes-per-day', '20TiB')).toMatchObject({
    exitCode: ExitCode.Ok,
    output: expect.stringContaining('20.0 TiB a day, 100 requests/s') as string,
  });
  const { output } = await command('status', 'commanded');
  expect(output).toMatch(/^Rate limits +20\.0 TiB a day, 100 requests\/s$/m);
  expect(output).toMatch(/^Done +\S.*; limited by /m);

  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'taken' }));
  expect((await command('retry', 'commanded')).exitCode).toBe(ExitCode.Ok);
  await until(async () => (await progressOf(stack, 'commanded')).archives.verified === 2);
  expect(await command('cancel', 'commanded')).toMatchObject({ exitCode: ExitCode.Usage });
  expect((await command('cancel', 'commanded', '--yes')).exitCode).toBe(ExitCode.Ok);
  await until(async () => (await progressOf(stack, 'commanded')).state === 'cancelled');
  expect(await command('resume', 'commanded')).toMatchObject({ exitCode: ExitCode.Usage });
  expect(await command('set', 'commanded', '--bytes-per-day', '1T')).toMatchObject({ exitCode: ExitCode.Usage });

  stack.sandbox.faults.clear();
  expect((await command('retry', 'commanded', '--wait')).exitCode).toBe(ExitCode.Ok);
  expect(await progressOf(stack, 'commanded')).toMatchObject({ state: 'completed', archives: { verified: 3 } });
  expect((await command('verify', 'commanded', '--read-data-subset', 'all')).exitCode).toBe(ExitCode.Ok);
}, 120_000);
