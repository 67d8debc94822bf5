import { VirtualContent } from 'glacier-sandbox/testing';
import { fingerprintOf } from '../fingerprint';
import type { Account, Claim, FoundHistory, FoundObject, SeededRow, TimedCall, World } from '../world';

const SIZES_BYTES = { a: 1_000, b: 2_000_000, c: 70 };
const TAKEN = 'foreign';

export const SECRET = 'canary/secret+1';

const row = ([archiveId, sizeBytes]: [string, number]): SeededRow => {
  const truth = fingerprintOf(new VirtualContent(archiveId, sizeBytes).read({ start: 0, end: sizeBytes - 1 }));
  return { archiveId, description: archiveId, sizeBytes, treeHash: truth.treeHash, truth };
};

/** Of one leaf. */
const isSmall = ({ sizeBytes }: SeededRow): boolean => sizeBytes <= 1024 * 1024;

const object = (row: SeededRow): FoundObject => ({
  key: `files/${row.archiveId}`,
  versionId: 'null',
  sizeBytes: row.sizeBytes,
  ...(isSmall(row) ? { crc32: null, sha256: row.truth.sha256 } : { crc32: row.truth.crc32, sha256: null }),
  archiveId: row.archiveId,
  treeHash: row.treeHash,
  readBack: row.truth,
});

const claim = (row: SeededRow, stored: FoundObject | null): Claim => ({
  file: 'receipts/1.jsonl',
  archiveId: row.archiveId,
  outcome: stored === null ? 'failed' : 'verified',
  reason: stored === null ? 'KeyTaken' : null,
  message: stored === null ? 'Move it away.' : null,
  key: stored?.key ?? TAKEN,
  sizeBytes: row.sizeBytes,
  treeHash: row.treeHash,
  settledAt: '2026-01-01T00:00:10.000Z',
  stored: stored && {
    key: stored.key,
    versionId: null,
    sizeBytes: row.sizeBytes,
    crc32: stored.crc32,
    treeHash: row.treeHash,
    adopted: false,
    proof: isSmall(row) ? 'sha256' : 'crc32',
  },
});

const TIME = '2026-01-01T00:00:00.000Z';
export const call = (operation: string, detail: TimedCall['detail'], fields: Partial<TimedCall> = {}): TimedCall => ({
  time: TIME,
  service: 'glacier',
  operation,
  status: 200,
  requestId: 'r',
  detail,
  endedMs: Date.parse(TIME) + 1_000,
  ...fields,
});

export const history = (fields: Partial<FoundHistory> = {}): FoundHistory => ({
  workflowId: 'run',
  runId: '1',
  type: 'vaultTransfer',
  events: 100,
  sizeBytes: 10_000,
  largestPayloadBytes: 1_000,
  mostPending: 3,
  strayTasks: 0,
  bytes: Buffer.from('nothing to hide'),
  ...fields,
});

/** A run that moved two archives and found the key of the third taken, as it should be. */
export function goodWorld(): World {
  const rows = Object.entries(SIZES_BYTES).map(row);
  const [a, b, c] = rows as [SeededRow, SeededRow, SeededRow];
  const foreign: FoundObject = { ...object(c), key: TAKEN, archiveId: null, treeHash: null };
  const verifiedBytes = String(a.sizeBytes + b.sizeBytes);
  const failedBytes = String(c.sizeBytes);
  const totalBytes = String(a.sizeBytes + b.sizeBytes + c.sizeBytes);
  const account: Account = {
    state: 'completed-with-failures',
    archives: { total: 3, waiting: 0, requested: 0, ready: 0, moving: 0, verified: 2, failed: 1, skipped: 0 },
    bytes: { total: totalBytes, verified: verifiedBytes, failed: failedBytes, skipped: '0' },
    failures: { KeyTaken: 1 },
  };
  return {
    rows,
    planted: { objects: [foreign], uploads: [{ key: TAKEN, uploadId: 'theirs' }] },
    objects: [object(a), object(b), foreign],
    uploads: [{ key: TAKEN, uploadId: 'theirs' }],
    claims: [claim(a, object(a)), claim(b, object(b)), claim(c, null)],
    summary: account,
    progress: account,
    calls: [a, b].flatMap(({ archiveId, sizeBytes }) => [
      call('InitiateJob', { archive: archiveId, job: `job-${archiveId}` }, { status: 202 }),
      call('GetJobOutput', { job: `job-${archiveId}`, sentBytes: sizeBytes }),
      call('PutObject', { key: `files/${archiveId}`, sizeBytes }, { service: 's3' }),
    ]),
    histories: [history()],
    killsMs: [],
    secrets: [SECRET],
    papers: [{ name: 'the log', bytes: Buffer.from('working') }],
  };
}
