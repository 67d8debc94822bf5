import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { withTemporal, type CliContext, withExamples } from '../context';
import { parseRunName } from '../parse/names';
import { isOpen, Run } from '../runs';
import { restartRun } from '../start-run';
import { tellProgress } from '../status/record';
import { watchRun } from '../status/watch-run';
import { counted } from '../text/format';
import { webUiOfRun } from '../web-ui';
import { startedRecord } from './start';

interface RetryOptions {
  readonly wait?: true;
  readonly json?: true;
}

export function registerRetry(program: Command, context: CliContext): void {
  const command = program
    .command('retry')
    .description(
      'Retries the failed archives of a run. A run that has ended is reopened under the same name and moves what is ' +
        'not verified.',
    )
    .argument('<run>', 'name of the run', parseRunName)
    .option('--wait', 'wait until it ends and show the progress')
    .option('--json', 'one JSON object; with --wait JSON Lines')
    .action((name: string, options: RetryOptions) =>
      withTemporal(context, async (client) => {
        const run = new Run(client, name);
        const json = options.json === true;
        const goesOn = await retry(context, client, run, json);
        if (goesOn && options.wait === true) await watchRun(context, run, { json, webUi: webUiOfRun(client, name) });
      }),
    );
  withExamples(command, ['glacier-transfer retry photos-1', 'glacier-transfer retry photos-1 --wait']);
}

/** False if there is nothing to retry. */
async function retry(context: CliContext, client: Client, run: Run, isJson: boolean): Promise<boolean> {
  const { name } = run;
  const description = await run.describe();
  const isRunning = isOpen(description);
  if (isRunning || description.status.name === 'COMPLETED') {
    const progress = await run.progress();
    const { failed, skipped } = progress.archives;
    if (failed + skipped === 0 && progress.state !== 'cancelled') {
      await tellProgress(context, progress, `No archive of ${name} failed: there is nothing to retry.`, isJson);
      return false;
    }
    if (isRunning) {
      const sentence = `${name} is retrying ${counted(failed, 'archive')}. Follow it: glacier-transfer status ${name} --watch`;
      await tellProgress(context, await run.update('retryFailed'), sentence, isJson);
      return true;
    }
  }
  const request = await restartRun(client, name, description.runId);
  const sentence = `${name} is reopened and moves what is not verified. Follow it: glacier-transfer status ${name} --watch`;
  if (isJson) await context.output.json(startedRecord(name, request));
  else await context.output.result(sentence);
  return true;
}
