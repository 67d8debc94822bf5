/**
 * Starts a run from a program of your own and waits for its end: nothing but a client of Temporal is needed.
 *
 *   npm run build && node dist/examples/start.js photos my-bucket
 *
 * Workers do the work: `glacier-transfer worker`. The connection follows the TEMPORAL_* variables; payloads are encrypted
 * where GLACIER_TRANSFER_PAYLOAD_KEYS names a file of keys.
 */
import { connectClient } from '../src/temporal/connect';
import type { RunProgress, TransferSummary } from '../src/wire/progress';
import type { TransferRequest } from '../src/wire/request';

async function main(vault: string, bucket: string): Promise<void> {
  const client = await connectClient();
  try {
    const request: TransferRequest = { vault, bucket, prefix: `${vault}/`, storageClass: 'DEEP_ARCHIVE', tier: 'Bulk' };

    // The workflow id is the name of the run. A second start under the same name is refused, not doubled.
    const run = await client.workflow.start('vaultTransfer', {
      taskQueue: 'glacier-transfer',
      workflowId: `${vault}-example`,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [request],
    });

    const progress = await run.query<RunProgress>('progress');
    console.log(`${progress.run} is ${progress.state}: ${progress.detail}`);

    // Hours or weeks with a real vault. Whoever waits may leave and come back: client.workflow.getHandle(run name).
    const summary = (await run.result()) as TransferSummary;
    console.log(`${summary.state}: ${summary.archives.verified} of ${summary.archives.total} archives are verified.`);
    if (summary.archives.verified < summary.archives.total) process.exitCode = 3;
  } finally {
    await client.connection.close();
  }
}

const [vault, bucket] = process.argv.slice(2);
if (vault === undefined || bucket === undefined) {
  console.error('usage: node dist/examples/start.js VAULT BUCKET');
  process.exitCode = 2;
} else {
  main(vault, bucket).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
