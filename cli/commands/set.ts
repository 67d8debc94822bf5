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
    .description('Changes the rate limits of a run or a series from now on. Jobs already initiated are not affected.')
    .argument('<run>', 'name of a run or a series', parseRunName)
    .option('--bytes-per-day <size>', 'most bytes to retrieve in a day, like 20TiB', parseBytesPerDay)
    .option('--requests-per-second <n>', 'most retrieval jobs to initiate in a second', parseRequestsPerSecond)
    .option('--json', 'one JSON object, as for status')
    .action((name: string, { json, ...limits }: SetOptions) => setRateLimits(context, name, limits, json === true));
  withExamples(command, [
    'glacier-transfer set photos-1 --bytes-per-day 20TiB',
    'glacier-transfer set photos-1 --bytes-per-day 20TiB --requests-per-second 50',
  ]);
}

async function setRateLimits(
  context: CliContext,
  name: string,
  limits: Partial<RateLimits>,
  isJson: boolean,
): Promise<void> {
  if (Object.keys(limits).length === 0) {
    throw usageError('Nothing to set: use --bytes-per-day, --requests-per-second, or both. The run was not changed.');
  }
  await withTemporal(context, async (client) => {
    const sentence = (set: RateLimits): string =>
      `The rate limits of ${name} are ${limitsText(set)}. Check it: glacier-transfer status ${name}`;
    const series = await findSeries(client, name);
    if (series !== null) {
      const status = await series.setRateLimits(limits);
      return await tellSeries(context, status, sentence(status.rateLimits), isJson);
    }
    const progress = await new Run(client, name).setRateLimits(limits);
    return await tellProgress(context, progress, sentence(progress.rateLimits), isJson);
  });
}
