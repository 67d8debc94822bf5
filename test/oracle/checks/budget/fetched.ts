import { latestClaims } from '../../latest-receipts';
import type { TimedCall, World } from '../../world';
import { askedJobs, wasStruck } from './job-owners';

const CORRUPTS_THE_BYTES = ['reset', 'truncate', 'flip-bit', 'header', 'ignore-range', 'lose-reply'];
/** A part counts as moved once a heartbeat has reported it, and heartbeats are sent once a second. */
const HEARTBEAT_MS = 5_000;
const TOLERATED = 0.02;

export interface Fetched {
  readonly archiveBytes: number;
  readonly fetchedBytes: number;
  /** Upper limit of what faults and kills can have caused to be downloaded again. */
  readonly explainedBytes: number;
}

/** One GetJobOutput response for an archive, with the bytes sent: it may be incomplete. */
interface Fetch {
  readonly archiveId: string;
  readonly bytes: number;
  readonly call: TimedCall;
}

/** O6: no byte is downloaded again except those that a fault corrupted or a killed process held, plus 2 %. */
export function fetched(world: World): string[] {
  const { archiveBytes, fetchedBytes, explainedBytes } = countFetched(world);
  const most = archiveBytes * (1 + TOLERATED) + explainedBytes;
  return fetchedBytes <= most
    ? []
    : [`${fetchedBytes} bytes were fetched for ${archiveBytes}; faults and kills explain only ${explainedBytes} more`];
}

export function countFetched({ rows, claims, calls, killsMs }: World): Fetched {
  const owners = new Map(askedJobs(calls).map(({ jobId, archiveId }) => [jobId, archiveId]));
  const fetches = calls.flatMap((call): Fetch[] => {
    const archiveId = owners.get(String(call.detail['job']));
    const bytes = Number(call.detail['sentBytes'] ?? 0);
    return call.operation === 'GetJobOutput' &&
      call.detail['error'] === undefined &&
      archiveId !== undefined &&
      bytes > 0
      ? [{ archiveId, bytes, call }]
      : [];
  });
  const keys = new Map([...latestClaims(claims).values()].map(({ key, archiveId }) => [key, archiveId]));
  const stored = storedAt(calls, keys);
  const corrupted = fetches.filter(({ call }) => wasStruck(call, CORRUPTS_THE_BYTES));
  const lost = fetches.filter((fetch) => !corrupted.includes(fetch) && wasHeld(fetch, stored, killsMs));
  const refused = calls.filter(
    ({ operation, detail }) => /^(PutObject|UploadPart)$/.test(operation) && detail['fault'],
  );
  const aborted = calls.filter((call) => wasStruck(call, ['abort-upload']));
  const sizes = new Map(rows.map(({ archiveId, sizeBytes }) => [archiveId, sizeBytes]));
  return {
    archiveBytes: sum(rows.map(({ sizeBytes }) => sizeBytes)),
    fetchedBytes: sum(fetches.map(({ bytes }) => bytes)),
    explainedBytes: sum([
      ...[...corrupted, ...lost].map(({ bytes }) => bytes),
      ...refused.map(({ detail }) => Number(detail['sizeBytes'] ?? 0)),
      ...aborted.map(({ detail }) => sizes.get(keys.get(String(detail['key'])) ?? '') ?? 0),
    ]),
  };
}

/** When the whole of an archive was first in the bucket. */
function storedAt(calls: readonly TimedCall[], keys: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { operation, status, detail, endedMs } of calls) {
    const archiveId = keys.get(String(detail['key']));
    if (archiveId === undefined || status !== 200) continue;
    if (operation === 'PutObject' || operation === 'CompleteMultipartUpload')
      times.set(archiveId, Math.min(endedMs, times.get(archiveId) ?? Infinity));
  }
  return times;
}

/** Whether a process died between the download and the moment after which it need not be repeated. */
function wasHeld({ archiveId, call }: Fetch, stored: ReadonlyMap<string, number>, killsMs: readonly number[]): boolean {
  const begunMs = Date.parse(call.time);
  const safeMs = Math.min(stored.get(archiveId) ?? Infinity, call.endedMs + HEARTBEAT_MS);
  return killsMs.some((killMs) => killMs >= begunMs && killMs <= safeMs);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
