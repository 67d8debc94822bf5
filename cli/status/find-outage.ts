import type { Client } from '@temporalio/client';
import { shardWorkflowId } from '../../src/ids';
import { pendingWork, type PendingActivity, type PendingWork } from '../../src/temporal/pending-activities';
import type { RunProgress } from '../../src/wire/progress';
import { contactIn, outageIn, type ContactSample, type Outage } from './outage';
import { isFinal } from './render';

/** Number of shards, and of archives below them, to check: all of them use the same AWS. */
const MOST_SHARDS = 8;
const MOST_ARCHIVES = 20;
/** Minimum time between two checks of one watcher. */
const LOOK_EVERY_MS = 5_000;

/** The part of a run's progress that says where to look. */
type Looked = Pick<RunProgress, 'run' | 'state' | 'openShards'>;

/**
 * Asks Temporal what a run's activities report about AWS: those of its root, of a few shards, and of a few archives.
 * At most 29 requests every 5 s for a run of any size; failed requests are ignored.
 */
export class OutageFinder {
  private lookedAtMs = -Infinity;
  private samples: readonly ContactSample[] = [];

  constructor(private readonly client: Client) {}

  async find(run: Looked, nowMs = Date.now()): Promise<Outage | null> {
    if (isFinal(run.state)) return null;
    if (nowMs - this.lookedAtMs >= LOOK_EVERY_MS) {
      this.lookedAtMs = nowMs;
      this.samples = (await this.activities(run)).flatMap(samplesOf);
    }
    return outageIn(this.samples, nowMs);
  }

  private async activities({ run, openShards }: Looked): Promise<readonly PendingActivity[]> {
    const shards = spread(openShards, MOST_SHARDS).map((number) => shardWorkflowId(run, number));
    const above = await this.lookAt([run, ...shards]);
    // Shards are children of the root: already checked.
    const archives = above
      .slice(1)
      .flatMap(({ children }) => spread(children, Math.ceil(MOST_ARCHIVES / shards.length)));
    const below = await this.lookAt(archives.slice(0, MOST_ARCHIVES));
    return [...above, ...below].flatMap(({ activities }) => activities);
  }

  /** In the order of the ids. */
  private async lookAt(workflowIds: readonly string[]): Promise<readonly PendingWork[]> {
    const nothing: PendingWork = { activities: [], children: [] };
    return await Promise.all(workflowIds.map((id) => pendingWork(this.client, id).catch(() => nothing)));
  }
}

/** At most this many items of a list, evenly spaced, including the first and the last. */
export function spread<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const step = (list.length - 1) / Math.max(1, most - 1);
  return Array.from({ length: most }, (_, place) => list[Math.round(place * step)] as T);
}

/** Reports in an activity's last heartbeat and last failure. */
const samplesOf = ({ lastFailure, lastHeartbeat }: PendingActivity): readonly ContactSample[] =>
  [lastFailure, lastHeartbeat].flatMap((told) => {
    const report = contactIn(told?.detail);
    return told === null || report === null ? [] : [{ atMs: told.atMs, report }];
  });
