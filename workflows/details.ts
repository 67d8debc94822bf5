import { COLUMNS } from '../src/domain/tally';
import type { ArchiveStatus, RunProgress, Tally } from '../src/wire/progress';
import type { SeriesProgress } from '../src/wire/series';

/** Current details for the Web UI, in Markdown. No names of archives or keys: they are untrusted and may be private. */

function tallyTable({ archives, bytes }: Tally): string {
  const shown = COLUMNS.filter((column) => column !== 'excluded' || archives.excluded > 0);
  const rows = [...shown, 'total' as const].map((column) => [column, String(archives[column]), bytes[column]]);
  return aligned([['state', 'archives', 'bytes'], ...rows]);
}

/** The Web UI renders Markdown tables without space between the cells; a code block keeps its columns. */
function aligned(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const lines = rows.map(([name = '', ...values]) =>
    [name.padEnd(width(0)), ...values.map((value, column) => value.padStart(width(column + 1)))].join('  '),
  );
  return ['```', ...lines, '```'].join('\n');
}

export function runDetails(progress: RunProgress): string {
  const failures = Object.entries(progress.failures).map(([reason, count]) => `- ${reason}: ${count}`);
  return [
    `**${progress.state}**: ${plain(progress.detail)}`,
    tallyTable(progress),
    `Shards: ${progress.shardCount}, open: ${progress.openShards.length}. Quarantined rows: ${progress.quarantinedRows}.`,
    ...(failures.length === 0 ? [] : [`Failed by reason:\n\n${failures.join('\n')}`]),
    `Records: \`${progress.location}\``,
  ].join('\n\n');
}

/** More would be unreadable. */
const MOST_VAULTS_SHOWN = 100;

export function seriesDetails({ state, detail, vaults }: SeriesProgress): string {
  const shown = vaults.slice(0, MOST_VAULTS_SHOWN);
  const rows = shown.map(({ vault, run, state, tally }) => [
    vault,
    run,
    state,
    tally === null ? '' : `${tally.archives.verified} of ${tally.archives.total}`,
  ]);
  const more = vaults.length - shown.length;
  return [
    `**${state}**: ${plain(detail)}`,
    aligned([['vault', 'run', 'state', 'verified'], ...rows]),
    ...(more === 0 ? [] : [`And ${more} more vaults: see the query \`progress\`.`]),
  ].join('\n\n');
}

/** Messages quote AWS and users: nothing in them may be rendered as Markdown. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&');

export const shardDetails = (tally: Tally): string => tallyTable(tally);

export function archiveDetails(status: ArchiveStatus): string {
  const rows = [
    ['state', status.state],
    ['bytes', `${status.movedBytes} of ${status.sizeBytes}`],
    ['jobs', String(status.jobIds.length)],
    ['requested', status.requestedAt ?? ''],
    ['ready', status.readyAt ?? ''],
    ['settled', status.settledAt ?? ''],
    ['reason', status.reason ?? ''],
  ];
  return aligned(rows);
}
