import { dirname } from 'node:path';
import type { Command } from 'commander';
import { startDevServer } from '../../src/temporal/dev-server';
import { databaseFileOf, loadDevSettings } from '../../src/temporal/dev-settings';
import { findServer } from '../../src/temporal/temporal-cli-executable';
import { type CliContext, withExamples } from '../context';
import { CliError, ExitCode } from '../exit-codes';
import { aborted, listenForInterruption } from '../interruption';
import { exportLines, temporalEnvironment } from '../local-environment';
import { LEAST_ROOM_BYTES, prepareFolder } from '../make-folder';

export function registerServer(program: Command, context: CliContext): void {
  const command = program
    .command('server')
    .description(
      'Runs a Temporal server on 127.0.0.1 until Ctrl-C, configured by temporal-dev.yaml. Runs are kept in its database file and ' +
        'resume at the next start. If TEMPORAL_ADDRESS or a profile names a server, that server is used and ' +
        'nothing is started.',
    )
    .action(() => server(context));
  withExamples(command, ['glacier-transfer server']);
}

async function server({ output }: CliContext): Promise<void> {
  const found = await findServer((line) => output.message(line));
  if (found.kind === 'address') {
    await output.result(`Temporal is configured at ${found.address}; nothing was started.`);
    return;
  }
  const interruption = listenForInterruption();
  try {
    const settings = loadDevSettings();
    const databaseFile = databaseFileOf(settings);
    const { executable } = found;
    await prepareFolder(output.env, dirname(databaseFile), LEAST_ROOM_BYTES, 'The local Temporal server');
    const temporal = await startDevServer({ executable, settings, databaseFile });
    try {
      await output.result(
        [
          `Temporal's Web UI: ${temporal.uiUrl}`,
          `Database: ${databaseFile}`,
          'In another terminal:',
          ...exportLines(temporalEnvironment(temporal)),
        ].join('\n'),
      );
      output.message('Press Ctrl-C to stop it; runs resume at the next start.');
      await Promise.race([aborted(interruption.signal), temporal.exited]);
      if (!interruption.signal.aborted) {
        throw new CliError(`Temporal exited unexpectedly; see ${databaseFile}.log.`, ExitCode.Error);
      }
    } finally {
      await temporal.stop();
    }
  } finally {
    interruption.dispose();
  }
}
