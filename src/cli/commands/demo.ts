import type { Command } from 'commander';
import { withAws, withTemporal, type CliContext } from '../context';
import { folderFiles } from '../demo/folder-files';
import { generatedFiles } from '../demo/generated-files';
import { DEMO_RUN, runDemo } from '../demo/run-demo';
import { temporaryFolder } from '../demo/temporary-folder';
import { CliError, ExitCode, usageError } from '../exit-codes';
import { withExamples } from '../help';
import { aborted, listenForInterruption } from '../interruption';
import { exportLines } from '../local-environment';
import { startLocalStack, type LocalStack } from '../local-stack';
import { createLogger } from '../log';
import { isInteractive, type Output } from '../output';
import { Teardown } from '../teardown';
import { safeText } from '../text/safe-text';
import { workflowPage } from '../web-ui';

interface DemoOptions {
  readonly from?: string;
  readonly exit?: true;
}

export function registerDemo(program: Command, context: CliContext): void {
  const command = program
    .command('demo')
    .summary('show the whole way on this machine, from files to a vault to a bucket')
    .description(
      'Starts a Temporal server, a sandbox of AWS and the workers, puts files into a vault, moves the vault into a ' +
        'bucket, reads every object back and compares SHA-256. Nothing leaves this machine; all data is temporary.',
    )
    .option('--from <dir>', 'use the files of this folder (default: some 300 made-up ones, 550 MiB)')
    .option('--exit', 'leave when done, also on a terminal')
    .action((options: DemoOptions) => demo(context, options));
  withExamples(command, ['glacier-transfer demo', 'glacier-transfer demo --from ~/Pictures --exit']);
}

async function demo(context: CliContext, options: DemoOptions): Promise<void> {
  const { output } = context;
  const files = options.from === undefined ? generatedFiles() : await folderFiles(options.from);
  if (files.length === 0) throw usageError(`The folder ${safeText(options.from ?? '')} holds no files.`);

  const interruption = listenForInterruption();
  const { signal } = interruption;
  const teardown = new Teardown();
  try {
    const folder = temporaryFolder('glacier-transfer-demo-');
    teardown.add('the temporary data', () => folder.remove());
    output.message('Starting Temporal, the sandbox and the workers ...');
    const log = createLogger(output, 'warn');
    const stack = await startLocalStack(
      { dataDir: folder.path, sandboxPort: 0, log, say: (line) => output.message(line), signal },
      teardown,
    );
    output.message(`Temporal's Web UI shows everything as it happens: ${uiPage(stack)}`);
    await withAws(context, (aws) => withTemporal(context, (client) => runDemo({ aws, client, output, signal }, files)));
    if (options.exit !== true && isInteractive(output.stdout, output.env)) await stayUp(output, stack, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CliError('The demo was stopped before its end.', ExitCode.Interrupted);
  } finally {
    await teardown.run();
    interruption.dispose();
  }
}

async function stayUp(output: Output, stack: LocalStack, signal: AbortSignal): Promise<void> {
  await output.result(
    [
      '',
      `Web UI: ${uiPage(stack)}`,
      'To look around from another terminal:',
      ...exportLines(stack.environment),
      `glacier-transfer status ${DEMO_RUN}`,
      `glacier-transfer list ${DEMO_RUN}`,
    ].join('\n'),
  );
  output.message('Ctrl-C stops everything and removes the data.');
  await aborted(signal);
}

const uiPage = ({ temporal }: LocalStack): string =>
  temporal.uiUrl === null ? 'off' : workflowPage(temporal.uiUrl, temporal.namespace, DEMO_RUN);
