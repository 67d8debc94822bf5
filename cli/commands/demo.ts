import type { Command } from 'commander';
import { withAws, withTemporal, type CliContext, withExamples } from '../context';
import { folderFiles } from '../demo/folder-files';
import { generatedFiles } from '../demo/generated-files';
import { DEMO_RUN, prepareDemo, runDemo, temporaryFolder } from '../demo/run-demo';
import { CliError, ExitCode, usageError } from '../exit-codes';
import { aborted, listenForInterruption } from '../interruption';
import { invocation, isInteractive, type Output } from '../output';
import { exportLines } from '../local-environment';
import { startLocalServers, startLocalWorkers, type LocalServers } from '../local-stack';
import { createLogger } from '../log';
import { LEAST_ROOM_BYTES, prepareFolder } from '../make-folder';
import { Teardown } from '../teardown';
import { safeText } from '../text/format';
import { workflowPage } from '../web-ui';

interface DemoOptions {
  readonly from?: string;
  readonly exit?: true;
}

export function registerDemo(program: Command, context: CliContext): void {
  const command = program
    .command('demo')
    .description(
      'Starts a Temporal server, the sandbox and the workers, uploads files to a vault, moves the vault into a ' +
        'bucket, reads every object back and compares SHA-256. Nothing leaves this machine; all data is temporary.',
    )
    .option('--from <dir>', 'use the files of this folder (default: about 300 generated files, 550 MiB)')
    .option('--exit', 'exit when done, even on a terminal')
    .action((options: DemoOptions) => demo(context, options));
  withExamples(command, ['glacier-transfer demo', 'glacier-transfer demo --from ~/Pictures --exit']);
}

async function demo(context: CliContext, options: DemoOptions): Promise<void> {
  const { output } = context;
  const files = options.from === undefined ? generatedFiles() : await folderFiles(options.from);
  if (files.length === 0) throw usageError(`The folder ${safeText(options.from ?? '')} contains no files.`);

  const interruption = listenForInterruption();
  const { signal } = interruption;
  const teardown = new Teardown();
  try {
    const folder = await temporaryFolder(output.env, 'The demo', 'glacier-transfer-demo-');
    teardown.add('the temporary data', () => folder.remove());
    // In the vault and in the bucket.
    const copiesBytes = 2 * files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    await prepareFolder(output.env, folder.path, copiesBytes + LEAST_ROOM_BYTES, 'The demo');
    output.message('Starting Temporal, the sandbox and the workers ...');
    const say = (line: string): void => output.message(line);
    const servers = await startLocalServers({ dataDir: folder.path, sandboxPort: 0, say, signal }, teardown);
    await withAws(context, (aws) =>
      withTemporal(context, async (client) => {
        // The topic and the queue first: a worker that does not find them retries only after a while.
        await prepareDemo(aws);
        await startLocalWorkers(createLogger(output, 'warn'), teardown);
        output.message(`Watch it live in Temporal's Web UI: ${uiPage(servers)}`);
        await runDemo({ aws, client, output, signal }, files);
      }),
    );
    if (options.exit !== true && isInteractive(output.stdout, output.env)) await stayUp(output, servers, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CliError('The demo was stopped before its end.', ExitCode.Interrupted);
  } finally {
    await teardown.run();
    interruption.dispose();
  }
}

async function stayUp(output: Output, servers: LocalServers, signal: AbortSignal): Promise<void> {
  await output.result(
    [
      '',
      `Web UI: ${uiPage(servers)}`,
      'To look around from another terminal:',
      ...exportLines(servers.environment),
      `${invocation()} status ${DEMO_RUN}`,
      `${invocation()} list ${DEMO_RUN}`,
    ].join('\n'),
  );
  output.message('Ctrl-C stops everything and removes the data.');
  await aborted(signal);
}

const uiPage = ({ temporal }: LocalServers): string =>
  temporal.uiUrl === null ? 'off' : workflowPage(temporal.uiUrl, temporal.namespace, DEMO_RUN);
