import type { Command } from 'commander';
import type { RateLimits } from '../../src/wire/request';
import { withTemporal, type CliContext, withExamples } from '../context';
import { usageError } from '../exit-codes';
import { parseRunName } from '../parse/names';
import { parseBytesPerDay, parseRequestsPerSecond } from '../parse/rate-limits';
import { Run } from '../runs';
import { findSeries } from '../series/series';
import { tellSeries } from '../series/watch-series';
import { limitsText } from '../status/outlook';
import { tellProgress } from '../status/record';

interface SetOptions extends Partial<RateLimits> {
  readonly json?: true;
}

export function registerSet(program: Command, context: CliContext): void {
  const command = program
    .command('set')
    .description(
      'Changes how fast a run, or several vaults together, may ask Glacier from now on. What is requested already stays requested.',
    )
    .argument('<run>', 'name of the run, or of several vaults', parseRunName)
    .option('--bytes-per-day <size>', 'most bytes to request in a day, as 20TiB', parseBytesPerDay)
    .option('--requests-per-second <n>', 'most requests for jobs in a second', parseRequestsPerSecond)
    .option('--json', 'one JSON object, as of status')
    .action((name: string, { json, ...pace }: SetOptions) => setRateLimits(context, name, pace, json === true));
  withExamples(command, [
    'glacier-transfer set photos-1 --bytes-per-day 20TiB',
    'glacier-transfer set photos-1 --bytes-per-day 20TiB --requests-per-second 50',
  ]);
}

async function setRateLimits(
  context: CliContext,
  name: string,
  pace: Partial<RateLimits>,
  isJson: boolean,
): Promise<void> {
  if (Object.keys(pace).length === 0) {
    throw usageError(
      'Nothing to set: give --bytes-per-day, --requests-per-second, or both. The run was left as it is.',
    );
  }
  await withTemporal(context, async (client) => {
    const sentence = (set: RateLimits): string =>
      `The pace of ${name} is ${limitsText(set)}. Look: glacier-transfer status ${name}`;
    const series = await findSeries(client, name);
    if (series !== null) {
      const status = await series.setRateLimits(pace);
      return await tellSeries(context, status, sentence(status.rateLimits), isJson);
    }
    const progress = await new Run(client, name).setRateLimits(pace);
    return await tellProgress(context, progress, sentence(progress.rateLimits), isJson);
  });
}
