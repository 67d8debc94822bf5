import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { dataDirectory } from '../../src/temporal/user-directories';
import { type CliContext, withExamples } from '../context';
import { CliError, ExitCode } from '../exit-codes';
import { aborted, listenForInterruption } from '../interruption';
import { exportLines } from '../local-environment';
import { startLocalServers, startLocalWorkers } from '../local-stack';
import { createLogger } from '../log';
import { LEAST_ROOM_BYTES, prepareFolder } from '../make-folder';
import { parsePort } from '../parse/quantity';
import { Teardown } from '../teardown';
import { safeText } from '../text/format';

interface DevOptions {
  readonly data?: string;
  readonly port: number;
}

export function registerDev(program: Command, context: CliContext): void {
  const command = program
    .command('dev')
    .description(
      'Runs a Temporal server, the sandbox and the workers until Ctrl-C, all on 127.0.0.1. Data is kept in the ' +
        'data folder, and runs resume at the next start.',
    )
    .option('--data <dir>', 'data folder; created if missing (default: ~/.local/share/glacier-transfer/dev)', (path) =>
      resolve(path),
    )
    .option('--port <port>', 'port of the sandbox on 127.0.0.1; 0 for any free one', parsePort, 0)
    .action((options: DevOptions) => dev(context, options));
  withExamples(command, ['glacier-transfer dev', 'glacier-transfer dev --data /tmp/glacier --port 4566']);
}

async function dev({ output }: CliContext, options: DevOptions): Promise<void> {
  const { data = join(dataDirectory(), 'dev'), port } = options;
  const interruption = listenForInterruption();
  const { signal } = interruption;
  const teardown = new Teardown();
  try {
    await prepareFolder(output.env, data, LEAST_ROOM_BYTES, 'The local Temporal server');
    output.message('Starting Temporal, the sandbox and the workers ...');
    const say = (line: string): void => output.message(line);
    const servers = await startLocalServers({ dataDir: data, sandboxPort: port, say, signal }, teardown);
    const workers = await startLocalWorkers(createLogger(output, 'warn'), teardown);
    await output.result(
      [
        `Temporal's Web UI: ${servers.temporal.uiUrl}`,
        `Data: ${safeText(data)}`,
        'In another terminal:',
        ...exportLines(servers.environment),
      ].join('\n'),
    );
    output.message('Ctrl-C stops everything.');
    await Promise.race([aborted(signal), workers.done, servers.temporal.exited]);
    if (!signal.aborted)
      throw new CliError('Temporal or the workers ended by themselves; see the log above.', ExitCode.Error);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await teardown.run();
    interruption.dispose();
  }
}
