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
      'Shows the progress of a run: archives and bytes by state, throughput, estimated end, failures and locations.',
    )
    .argument('<run>', 'name of a run or a series', parseRunName)
    .option('--watch', 'follow the run until it ends; Ctrl-C stops watching, not the run')
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
    const throughput = averageThroughput(progress, context.now());
    if (json) return context.output.json(statusRecord(progress, throughput, context.now()));
    return context.output.result(renderStatus(progress, throughput, context.now(), webUi));
  });
}
