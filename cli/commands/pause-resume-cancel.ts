import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { Updates } from '../../src/ids';
import type { RunProgress } from '../../src/wire/progress';
import { withTemporal, type CliContext, withExamples } from '../context';
import { CliError, ExitCode, usageError } from '../exit-codes';
import { parseRunName } from '../parse/names';
import { Run } from '../runs';
import { findSeries } from '../series/series';
import { tellSeries } from '../series/watch-series';
import { tellProgress } from '../status/record';
import { formatCount } from '../text/format';

interface UpdateOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** A command that sends one Temporal update to a run and reports the result. */
interface RunUpdate {
  readonly name: Exclude<keyof typeof Updates, 'retryFailed' | 'setRateLimits'>;
  readonly description: string;
  /** Printed when the run has accepted it, with the next useful command. */
  readonly done: (run: string) => string;
  /** Confirmed by the user first. */
  readonly question?: (progress: Pick<RunProgress, 'run' | 'archives'>) => string;
}

export const registerPause = register({
  name: 'pause',
  description: 'Pauses a run. No new retrieval jobs are initiated; transfers in progress stop after the current part.',
  done: (run) => `${run} is paused. To resume it: glacier-transfer resume ${run}`,
});

export const registerResume = register({
  name: 'resume',
  description: 'Resumes a paused run; a run that needs attention retries at once.',
  done: (run) => `${run} is resumed. Follow it: glacier-transfer status ${run} --watch`,
});

export const registerCancel = register({
  name: 'cancel',
  description: 'Cancels a run. Open uploads are aborted, verified objects stay, and the vault is left unchanged.',
  done: (run) => `${run} is being cancelled. Follow it: glacier-transfer status ${run} --watch`,
  question: ({ run, archives }) =>
    `${run} has verified ${formatCount(archives.verified)} of ${formatCount(archives.total)} archives. Verified objects ` +
    'stay, but retrieval jobs already initiated are still billed. Cancel it? [y/N] ',
});

function register({ name, description, done, question }: RunUpdate) {
  return (program: Command, context: CliContext): void => {
    const command = program
      .command(name)
      .description(description)
      .argument('<run>', 'name of a run or a series', parseRunName)
      .option('--json', 'one JSON object, as for status');
    if (question !== undefined) command.option('--yes', 'do not ask for confirmation');
    command.action((runName: string, options: UpdateOptions) =>
      withTemporal(context, async (client: Client) => {
        const series = await findSeries(client, runName);
        const run = new Run(client, runName);
        const json = options.json === true;
        if (question !== undefined && options.yes !== true) {
          await agree(context, question(await (series ?? run).progress()));
        }
        if (series === null) await tellProgress(context, await run.update(name), done(runName), json);
        else await tellSeries(context, await series.update(name), done(runName), json);
      }),
    );
    withExamples(command, [
      `glacier-transfer ${name} photos-1`,
      ...(question === undefined ? [] : [`glacier-transfer ${name} photos-1 --yes`]),
    ]);
  };
}

/** @throws CliError unless the user confirms */
async function agree(context: CliContext, question: string): Promise<void> {
  const answer = await context.ask(question);
  if (answer === null) throw usageError('There is no terminal to confirm on: use --yes. The run was not changed.');
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CliError('The run was not changed.', ExitCode.Error);
}
