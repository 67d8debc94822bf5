import type { ArchiveStatus } from '../../src/wire/progress';
import { formatBytes, formatInstant, safeText } from '../text/format';
import { PROOF_TEXT } from '../text/proof-text';
import type { ListedArchive } from './listing';

/** One archive for programs; bytes as decimal strings, null if unknown. */
export const archiveRecord = (run: string, { row, state, reason, receipt }: ListedArchive) => ({
  message_type: 'archive' as const,
  run,
  index: row.index,
  archive_id: row.archiveId,
  state,
  size_bytes: String(row.sizeBytes),
  key: row.key,
  reason,
  message: receipt?.message ?? null,
});

/** One archive as a line of a list: state, size, key, reason. */
export function archiveLine({ row, state, reason }: ListedArchive): string {
  const line = `${state.padEnd(9)}  ${formatBytes(row.sizeBytes).padStart(10)}  ${safeText(row.key)}`;
  return reason === null ? line : `${line}  (${safeText(reason)})`;
}

/** Everything known about one archive, for programs. */
export const archiveDetailRecord = (run: string, archive: ListedArchive, live: ArchiveStatus | null) => ({
  ...archiveRecord(run, archive),
  message: archive.receipt?.message ?? live?.message ?? null,
  tree_hash: archive.row.treeHash,
  creation_date: archive.row.creationDate,
  description: archive.row.description,
  name_format: archive.row.nameFormat,
  moved_bytes: live === null ? null : String(live.movedBytes),
  job_ids: archive.receipt?.jobIds ?? live?.jobIds ?? [],
  requested_at: archive.receipt?.requestedAt ?? live?.requestedAt ?? null,
  ready_at: archive.receipt?.readyAt ?? live?.readyAt ?? null,
  settled_at: archive.receipt?.settledAt ?? live?.settledAt ?? null,
  receipt: archive.receipt,
});

/** Everything known about one archive, for people. */
export function renderArchive(run: string, archive: ListedArchive, live: ArchiveStatus | null): string {
  const { row, receipt } = archive;
  const record = archiveDetailRecord(run, archive, live);
  const stored = receipt?.stored ?? null;
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    ['State', stateText(archive)],
    ['Message', record.message],
    ['Key', row.key],
    ['Bucket', receipt?.bucket ?? null],
    ['Size', `${formatBytes(row.sizeBytes)} (${row.sizeBytes} bytes)`],
    ['Copied', live === null || stored !== null ? null : formatBytes(live.movedBytes)],
    ['Archive id', row.archiveId],
    ['Tree hash', row.treeHash],
    ['Created', formatInstant(row.creationDate)],
    ['Description', row.description === '' ? null : row.description],
    ['Requested', instant(record.requested_at)],
    ['Ready', instant(record.ready_at)],
    ['Settled', instant(record.settled_at)],
    ['Glacier jobs', record.job_ids.length === 0 ? null : record.job_ids.join(', ')],
    ['CRC32', stored?.crc32 ?? null],
    ['ETag', stored?.etag ?? null],
    ['Version id', stored?.versionId ?? null],
    ['Storage class', receipt?.storageClass ?? null],
    ['Proof', stored?.proof === undefined ? null : PROOF_TEXT[stored.proof]],
    ['Adopted', stored?.adopted === true ? 'yes: the object was already in the bucket and is this archive' : null],
    ['AWS request', stored?.requestId ?? null],
  ];
  return facts
    .flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(13)}  ${safeText(value)}`]))
    .join('\n');
}

function stateText({ state, reason }: ListedArchive): string {
  if (state === 'excluded') return "excluded by the run's filter";
  return reason === null ? state : `${state} (${reason})`;
}

const instant = (iso: string | null): string | null => (iso === null ? null : formatInstant(iso));
