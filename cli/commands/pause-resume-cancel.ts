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

interface OrderOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** A command that gives a run one order and tells what has come of it. */
interface Order {
  readonly name: Exclude<keyof typeof Updates, 'retryFailed' | 'setRateLimits'>;
  readonly description: string;
  /** What to tell when the run has obeyed, and the next useful command. */
  readonly done: (run: string) => string;
  /** What a person has to agree to first. */
  readonly question?: (progress: Pick<RunProgress, 'run' | 'archives'>) => string;
}

export const registerPause = register({
  name: 'pause',
  description: 'Lets a run rest: it requests nothing new, and bytes on their way come to rest after their part.',
  done: (run) => `Paused ${run}. Go on with: glacier-transfer resume ${run}`,
});

export const registerResume = register({
  name: 'resume',
  description: 'Lets a paused run go on, and one that needs a person try again at once.',
  done: (run) => `${run} goes on. Look: glacier-transfer status ${run} --watch`,
});

export const registerCancel = register({
  name: 'cancel',
  description: 'Ends a run: open uploads are dropped, what is verified stays, the rest is still in the vault.',
  done: (run) => `${run} is being cancelled. Look: glacier-transfer status ${run} --watch`,
  question: ({ run, archives }) =>
    `${run} has verified ${formatCount(archives.verified)} of ${formatCount(archives.total)} archives. What is verified ` +
    'stays, but retrievals under way were paid for in vain. Cancel it? [y/N] ',
});

function register({ name, description, done, question }: Order) {
  return (program: Command, context: CliContext): void => {
    const command = program
      .command(name)
      .description(description)
      .argument('<run>', 'name of the run, or of several vaults', parseRunName)
      .option('--json', 'one JSON object, as of status');
    if (question !== undefined) command.option('--yes', 'do not ask');
    command.action((runName: string, options: OrderOptions) =>
      withTemporal(context, async (client: Client) => {
        const series = await findSeries(client, runName);
        const run = new Run(client, runName);
        const json = options.json === true;
        if (question !== undefined && options.yes !== true) {
          await agree(context, question(await (series ?? run).progress()));
        }
        if (series === null) await tellProgress(context, await run.order(name), done(runName), json);
        else await tellSeries(context, await series.order(name), done(runName), json);
      }),
    );
    withExamples(command, [
      `glacier-transfer ${name} photos-1`,
      ...(question === undefined ? [] : [`glacier-transfer ${name} photos-1 --yes`]),
    ]);
  };
}

/** @throws CliError unless the person says yes */
async function agree(context: CliContext, question: string): Promise<void> {
  const answer = await context.ask(question);
  if (answer === null) throw usageError('There is no terminal to ask on: say --yes. The run was left as it is.');
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CliError('The run was left as it is.', ExitCode.Error);
}
