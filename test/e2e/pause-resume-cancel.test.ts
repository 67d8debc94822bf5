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
const BOTH_WAYS = { ownWorkflowUpTo: 0, largeArchiveBytes: MIB };

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
async function command(...args: string[]): Promise<{ readonly exitCode: number; readonly said: string }> {
  const { context, stdout, stderr } = testCli();
  const exitCode = await runCli({ ...context, connect: () => connectClient(), aws: createClients }, args);
  return { exitCode, said: stdout.text + stderr.text };
}

test('a run is paused, resumed, slowed down, retried, cancelled and taken up again from the command line', async () => {
  const { s3 } = stack.clients;
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'taken', Body: 'stranger' }));
  stack.sandbox.faults.add({ rules: [{ fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: MIB / 8 }] });
  await startRun(stack, 'ordered', { tuning: BOTH_WAYS });
  await until(async () => (await progressOf(stack, 'ordered')).archives.failed === 1);

  expect(await command('pause', 'ordered')).toMatchObject({
    exitCode: ExitCode.Ok,
    said: expect.stringContaining('glacier-transfer resume ordered') as string,
  });
  expect((await command('status', 'ordered')).said).toContain('paused');
  expect(await command('pause', 'ordered')).toMatchObject({
    exitCode: ExitCode.Usage,
    said: expect.stringContaining('the run is paused already') as string,
  });
  expect((await command('resume', 'ordered')).exitCode).toBe(ExitCode.Ok);

  expect(await command('set', 'ordered', '--bytes-per-day', '20TiB')).toMatchObject({
    exitCode: ExitCode.Ok,
    said: expect.stringContaining('20.0 TiB a day, 100 requests/s') as string,
  });
  const { said } = await command('status', 'ordered');
  expect(said).toMatch(/^Rate limits +20\.0 TiB a day, 100 requests\/s$/m);
  expect(said).toMatch(/^Done +\S.*; limited by /m);

  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'taken' }));
  expect((await command('retry', 'ordered')).exitCode).toBe(ExitCode.Ok);
  await until(async () => (await progressOf(stack, 'ordered')).archives.verified === 2);
  expect(await command('cancel', 'ordered')).toMatchObject({ exitCode: ExitCode.Usage });
  expect((await command('cancel', 'ordered', '--yes')).exitCode).toBe(ExitCode.Ok);
  await until(async () => (await progressOf(stack, 'ordered')).state === 'cancelled');
  expect(await command('resume', 'ordered')).toMatchObject({ exitCode: ExitCode.Usage });
  expect(await command('set', 'ordered', '--bytes-per-day', '1T')).toMatchObject({ exitCode: ExitCode.Usage });

  stack.sandbox.faults.clear();
  expect((await command('retry', 'ordered', '--wait')).exitCode).toBe(ExitCode.Ok);
  expect(await progressOf(stack, 'ordered')).toMatchObject({ state: 'completed', archives: { verified: 3 } });
  expect((await command('verify', 'ordered', '--read-data-subset', 'all')).exitCode).toBe(ExitCode.Ok);
}, 120_000);
