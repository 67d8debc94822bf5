import type { Command } from 'commander';
import { withTemporal, type CliContext, withExamples } from '../context';
import { parseRunName } from '../parse/names';
import { Run } from '../runs';
import { findSeries } from '../series/series';
import { showSeries } from '../series/watch-series';
import { averageThroughput } from '../status/throughput';
import { statusRecord } from '../status/record';
import { renderStatus } from '../status/render';
import { watchRun } from '../status/watch-run';
import { webUiOfRun } from '../web-ui';

interface StatusOptions {
  readonly watch?: true;
  readonly json?: true;
}

export function registerStatus(program: Command, context: CliContext): void {
  const command = program
    .command('status')
    .description(
      'Says how far a run is: archives and bytes by state, rate, when it will be done, failures, and where things are.',
    )
    .argument('<run>', 'name of the run, or of several vaults', parseRunName)
    .option('--watch', 'go on until the run ends; Ctrl-C stops watching, not the run')
    .option('--json', 'one JSON object; with --watch JSON Lines')
    .action((run: string, options: StatusOptions) => status(context, run, options));
  withExamples(command, ['glacier-transfer status photos-1', 'glacier-transfer status photos-1 --watch']);
}

async function status(context: CliContext, name: string, options: StatusOptions): Promise<void> {
  const json = options.json === true;
  await withTemporal(context, async (client) => {
    const series = await findSeries(client, name);
    if (series !== null) return showSeries(context, client, series, { watch: options.watch === true, json });
    const run = new Run(client, name);
    const webUi = webUiOfRun(client, name);
    if (options.watch === true) return watchRun(context, run, { json, webUi });
    const progress = await run.status();
    const pace = averageThroughput(progress, context.now());
    if (json) return context.output.json(statusRecord(progress, pace, context.now()));
    return context.output.result(renderStatus(progress, pace, context.now(), webUi));
  });
}
