import type { Client } from '@temporalio/client';
import type { CliContext } from '../context';
import { CliError, ExitCode } from '../exit-codes';
import { listenForInterruption } from '../interruption';
import { follow, type ProgressView } from '../status/follow';
import { chooseView } from '../status/views';
import { webUiOfRun } from '../web-ui';
import { seriesRecord, exitCodeOfSeries, renderSeries, seriesShortfall } from './render';
import type { Series } from './series';
import { seriesThroughput, withoutGuess, type SeriesStatus } from './status';

/** The result of an update: a sentence for people, or the `status` record for programs. */
export async function tellSeries(
  { output, now }: CliContext,
  status: SeriesStatus,
  sentence: string,
  isJson: boolean,
): Promise<void> {
  if (isJson) await output.json(seriesRecord(status, seriesThroughput(status, now())));
  else await output.result(sentence);
}

/** `status` of a series. */
export async function showSeries(
  context: CliContext,
  client: Client,
  series: Series,
  { watch, json }: { readonly watch: boolean; readonly json: boolean },
): Promise<void> {
  const webUi = webUiOfRun(client, series.name);
  if (watch) return await watchSeries(context, series, { json, webUi });
  const status = await series.progress();
  await tellSeries(context, status, textOf(context, status, webUi), json);
}

/**
 * Shows a series until it ends, then its result.
 * @throws CliError when not everything was verified, or when the user detached: the runs continue
 */
export async function watchSeries(
  context: CliContext,
  series: Series,
  { json, webUi }: { readonly json: boolean; readonly webUi: string | null },
): Promise<void> {
  const { output } = context;
  const interruption = listenForInterruption();
  const view = chooseView<SeriesStatus>(output, json ? seriesRecord : null);
  const honest: ProgressView<SeriesStatus> = {
    ...view,
    show: (status, pace) => view.show(status, withoutGuess(status, pace)),
  };
  try {
    if ((await follow(series, honest, interruption.signal)) === 'detached') {
      throw new CliError(detachedMessage(series.name), ExitCode.Interrupted);
    }
    if (!json) await output.result(textOf(context, await series.progress(), webUi));
    const summary = await series.result();
    const exitCode = exitCodeOfSeries(summary);
    if (exitCode !== ExitCode.Ok) throw new CliError(seriesShortfall(summary), exitCode);
  } finally {
    interruption.dispose();
  }
}

const textOf = ({ now }: CliContext, status: SeriesStatus, webUi: string | null): string =>
  renderSeries(status, seriesThroughput(status, now()), now(), webUi);

const detachedMessage = (name: string): string =>
  `Stopped watching; the series ${name} continues. Watch again: glacier-transfer status ${name} --watch. ` +
  `Cancel it: glacier-transfer cancel ${name}`;
