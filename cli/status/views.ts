import { isInteractive, type Output, type Stream } from '../output';
import { barOn } from '../text/bar';
import { counted, formatBytes, formatCount, formatPercent, safeText } from '../text/format';
import type { ProgressView } from './follow';
import { outlookSentence } from './outlook';
import { bytesLeft, type Throughput } from './throughput';
import { detailText, isFinal, outageText, statusLine, type Glance } from './render';

const LINE_EVERY_MS = 60_000;

type JsonRecord = Parameters<Output['json']>[0];

/**
 * The view that suits: JSON Lines where asked for, a bar on a terminal, a line a minute elsewhere.
 * @param record what programs are told; null for people
 */
export function chooseView<Progress extends Glance>(
  output: Output,
  record: ((progress: Progress, throughput: Throughput) => JsonRecord) | null,
  stream: Stream = output.stdout,
): ProgressView<Progress> {
  if (record !== null) return jsonView(output, record);
  return isInteractive(stream, output.env) ? barView(stream) : lineView(stream);
}

function jsonView<Progress extends Glance>(
  output: Output,
  record: (progress: Progress, throughput: Throughput) => JsonRecord,
): ProgressView<Progress> {
  return {
    intervalMs: 5_000,
    show: (progress, throughput) => output.json(record(progress, throughput)),
    trouble: (message) => output.message(safeText(message)),
    close: () => undefined,
  };
}

/** Says a line at once when the state changes, and else one a minute. Of the end, the caller tells more. */
function lineView(stream: Stream): ProgressView<Glance> {
  let last: { readonly atMs: number; readonly state: string } = { atMs: -Infinity, state: '' };
  const say = (state: string, line: string): void => {
    if (state === last.state && Date.now() - last.atMs < LINE_EVERY_MS) return;
    stream.write(`${line}\n`);
    last = { atMs: Date.now(), state };
  };
  return {
    intervalMs: 2_000,
    show: async (progress, throughput) => {
      // An outage is told when it begins and when it ends.
      const state = `${progress.state}${progress.outage ? ', outage' : ''}`;
      if (!isFinal(progress.state)) say(state, statusLine(progress, throughput, new Date()));
    },
    trouble: (message) => say('trouble', safeText(message)),
    close: () => undefined,
  };
}

/** The bar's own steps: bytes exceed what the library can count. */
const BAR_STEPS = 10_000;

function barView(stream: Stream): ProgressView<Glance> {
  const bar = barOn(stream, { format: '{bar} {percent} {size}  {text}' });
  const start = { percent: '0 %', size: '', text: '' };
  bar.start(BAR_STEPS, 0, start);
  return {
    intervalMs: 500,
    show: async (progress, throughput) => bar.update(barSteps(progress), barPayload(progress, throughput)),
    trouble: (message) => bar.update({ text: safeText(message) }),
    close: () => bar.stop(),
  };
}

function barSteps(progress: Glance): number {
  const total = BigInt(progress.bytes.total);
  return total === 0n ? 0 : Number(((total - bytesLeft(progress)) * BigInt(BAR_STEPS)) / total);
}

function barPayload(progress: Glance, throughput: Throughput) {
  const { archives, bytes } = progress;
  const outage = outageText(progress, new Date());
  if (archives.total === 0) return { percent: '0 %', size: '', text: outage || detailText(progress) };
  const settled = archives.verified + archives.failed + archives.skipped;
  return {
    percent: formatPercent(bytes.verified, bytes.total),
    size: `of ${formatBytes(bytes.total)}, ${formatCount(settled)} of ${counted(archives.total, 'archive')}`,
    text:
      outage ||
      (progress.problem === null && outlookSentence(progress, throughput, new Date())) ||
      detailText(progress),
  };
}
