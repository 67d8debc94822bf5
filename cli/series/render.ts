import type { SeriesOrder, SeriesSummary } from '../../src/wire/series';
import { ExitCode, exitCodeOfFailure } from '../exit-codes';
import type { Throughput } from '../status/throughput';
import { limitsText, throughputText } from '../status/outlook';
import { detailText, isFinal, outageText, statusSentence } from '../status/render';
import {
  renderTable,
  type Column,
  counted,
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  safeText,
} from '../text/format';
import type { SeriesStatus, VaultStatus } from './status';
import { outageRecord } from '../status/record';

export const orderText = (order: SeriesOrder | undefined): string =>
  order === 'parallel' ? 'in parallel' : 'sequentially';

/** `status --json` of a series: one object with everything the text says. */
export const seriesRecord = (status: SeriesStatus, throughput: Throughput) => ({
  message_type: 'series' as const,
  series: status.run,
  order: status.order,
  rate_limits: {
    bytes_per_day: status.rateLimits.bytesPerDay,
    requests_per_second: status.rateLimits.requestsPerSecond,
  },
  state: status.state,
  detail: status.detail,
  problem: status.problem,
  outage: outageRecord(status.outage ?? null),
  archives: status.archives,
  bytes: status.bytes,
  started_at: status.startedAt,
  finished_at: status.finishedAt,
  bytes_per_second: throughput.bytesPerSecond === null ? null : Math.round(throughput.bytesPerSecond),
  remaining_seconds: throughput.remainingMs === null ? null : Math.round(throughput.remainingMs / 1000),
  vaults: status.vaults.map(({ vault, run, state, message, tally, quarantinedRows }) => ({
    vault,
    run,
    state,
    message,
    archives: tally?.archives ?? null,
    bytes: tally?.bytes ?? null,
    quarantined_rows: quarantinedRows,
  })),
});

const COLUMNS: readonly Column[] = [
  { title: 'vault', align: 'left' },
  { title: 'run', align: 'left' },
  { title: 'state', align: 'left' },
  { title: 'verified', align: 'right' },
  { title: 'of archives', align: 'right' },
  { title: 'verified', align: 'right' },
  { title: 'of size', align: 'right' },
];

/** All that `status` says of a series on a terminal. */
export function renderSeries(status: SeriesStatus, throughput: Throughput, now: Date, webUi: string | null): string {
  const facts = factLines(status, throughput, now, webUi);
  const width = Math.max(...facts.map(([name]) => name.length));
  const outage = outageText(status, now);
  return [
    ...(outage === '' ? [] : [`${outage}.`, '']),
    `${statusSentence(status)}.`,
    '',
    ...renderTable(COLUMNS, [...status.vaults.map(rowOf), totalRow(status)]),
    '',
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
  ].join('\n');
}

function rowOf({ vault, run, state, tally }: VaultStatus): readonly string[] {
  if (tally === null) return [vault, run, state, '', '', '', ''];
  return [vault, run, state, ...countsOf(tally)];
}

const totalRow = (status: SeriesStatus): readonly string[] => ['total', '', '', ...countsOf(status)];

const countsOf = ({ archives, bytes }: Pick<SeriesStatus, 'archives' | 'bytes'>): readonly string[] => [
  formatCount(archives.verified),
  formatCount(archives.total),
  formatBytes(bytes.verified),
  formatBytes(bytes.total),
];

function factLines(
  status: SeriesStatus,
  throughput: Throughput,
  now: Date,
  webUi: string | null,
): readonly (readonly [name: string, value: string])[] {
  const { startedAt, finishedAt, order } = status;
  const elapsed = formatDuration((finishedAt === null ? now : new Date(finishedAt)).getTime() - Date.parse(startedAt));
  return [
    [isFinal(status.state) ? 'Result' : 'Now', detailText(status)],
    ['Order', orderText(order)],
    ['Rate limits', `${limitsText(status.rateLimits)}, in total`],
    ['Started', `${formatInstant(startedAt)} (${finishedAt === null ? `${elapsed} ago` : `took ${elapsed}`})`],
    ...(throughput.bytesPerSecond === null ? [] : [['Throughput', throughputText(throughput)] as const]),
    ['Next', nextCommand(status)],
    ...(webUi === null ? [] : [['Web UI', webUi] as const]),
  ];
}

/** The one command that helps most now. */
function nextCommand({ run: name, state, vaults }: SeriesStatus): string {
  const inTrouble = vaults.find((vault) => vault.state === 'attention' || vault.state === 'failed');
  if (inTrouble !== undefined) return `glacier-transfer status ${inTrouble.run}`;
  if (state === 'paused') return `glacier-transfer resume ${name}`;
  if (!isFinal(state)) return `glacier-transfer status ${name} --watch`;
  const short = vaults.find((vault) => vault.state !== 'completed');
  return short === undefined
    ? `glacier-transfer verify ${vaults[0]?.run ?? name}`
    : `glacier-transfer retry ${short.run}`;
}

/** Exit code of a series that has ended: of a run with the same losses. */
export function exitCodeOfSeries({ vaults }: SeriesSummary): ExitCode {
  const whole = vaults.every(({ state, quarantinedRows }) => state === 'completed' && quarantinedRows === 0);
  if (whole) return ExitCode.Ok;
  if (vaults.some(({ tally }) => tally !== null)) return ExitCode.SomeNotMoved;
  const reason = vaults.find(({ state }) => state === 'failed')?.reason;
  return typeof reason === 'string' ? exitCodeOfFailure(reason) : ExitCode.Error;
}

/** Why a series is not a full success, with the command that shows more about the first such vault. */
export function seriesShortfall({ vaults }: SeriesSummary): string {
  const short = vaults.filter(({ state, quarantinedRows }) => state !== 'completed' || quarantinedRows > 0);
  const [first] = short;
  const why = typeof first?.message === 'string' ? ` (${safeText(first.message)})` : '';
  return (
    `Of ${counted(vaults.length, 'vault')}, ${formatCount(short.length)} ${short.length === 1 ? 'is' : 'are'} not ` +
    `moved completely: see glacier-transfer status ${first?.run ?? ''}${why}, then glacier-transfer retry ${first?.run ?? ''}.`
  );
}
