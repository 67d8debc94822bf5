import type { TransferSummary } from '../../src/wire/progress';
import type { CliContext } from '../context';
import { CliError, ExitCode, exitCodeOfSummary } from '../exit-codes';
import { listenForInterruption } from '../interruption';
import type { Run, RunStatus } from '../runs';
import { counted } from '../text/format';
import { follow } from './follow';
import { averageThroughput, type Throughput } from './throughput';
import { statusRecord, summaryRecord } from './record';
import { renderStatus } from './render';
import { chooseView } from './views';

/**
 * Shows a run until it ends and then what became of it.
 * @throws CliError when not everything was verified, or when the person detached: the run goes on
 */
export async function watchRun(
  context: CliContext,
  run: Run,
  how: { readonly json: boolean; readonly webUi: string | null },
): Promise<void> {
  const { output, now } = context;
  const interruption = listenForInterruption();
  try {
    const record = (progress: RunStatus, throughput: Throughput) => statusRecord(progress, throughput, now());
    const view = chooseView(output, how.json ? record : null);
    const followed = { progress: () => run.status() };
    if ((await follow(followed, view, interruption.signal)) === 'detached') {
      throw new CliError(detachedMessage(run.name), ExitCode.Interrupted);
    }
    const progress = await run.progress();
    if (!how.json) await output.result(renderStatus(progress, averageThroughput(progress, now()), now(), how.webUi));
    const summary = await run.result();
    if (how.json) await output.json(summaryRecord(summary));
    const exitCode = exitCodeOfSummary(summary);
    if (exitCode !== ExitCode.Ok) throw new CliError(shortfall(summary), exitCode);
  } finally {
    interruption.dispose();
  }
}

const detachedMessage = (run: string): string =>
  `Stopped watching; the run ${run} continues. Watch again: glacier-transfer status ${run} --watch. ` +
  `Cancel it: glacier-transfer cancel ${run}`;

/** Why the run does not count as a full success. */
export function shortfall({ run, state, archives, quarantinedRows, location }: TransferSummary): string {
  const rows = counted(quarantinedRows, 'inventory row');
  if (archives.failed + archives.skipped === 0) {
    if (state !== 'completed-with-failures') return `The run ${run} is ${state}.`;
    return `Every archive is verified, but ${rows} could not be parsed: see ${location}quarantine.jsonl.`;
  }
  const which = archives.failed > 0 ? 'failed' : 'skipped';
  return (
    `Of ${counted(archives.total, 'archive')}, ${archives.failed} failed and ${archives.skipped} were skipped: ` +
    `see glacier-transfer list ${run} --state ${which}, then glacier-transfer retry ${run}.` +
    (quarantinedRows === 0 ? '' : ` ${rows} could not be parsed.`)
  );
}
