import { TallyBook } from '../../src/domain/tally';
import type { RunProgress, RunState, Tally } from '../../src/wire/progress';
import type { SeriesOrder, SeriesProgress, SeriesVaultProgress } from '../../src/wire/series';
import { averageThroughput, type Throughput } from '../status/throughput';
import type { Glance } from '../status/render';

/** One vault of a series, as its own run tells it or, where that says nothing, as the series does. */
export interface VaultStatus {
  readonly vault: string;
  readonly run: string;
  readonly state: RunState | 'waiting';
  /** What the run waits for, does or suffers from; null when there is nothing to say. */
  readonly message: string | null;
  /** Null for a run that has not begun. */
  readonly tally: Tally | null;
  readonly quarantinedRows: number;
}

/** A series together with what its runs say at this moment. */
export interface SeriesStatus extends Glance {
  readonly order: SeriesOrder;
  readonly finishedAt: string | null;
  readonly vaults: readonly VaultStatus[];
}

/** Runs that know more of themselves than their series does: they go on, or may have been retried since. */
export const runsToAsk = ({ vaults }: SeriesProgress): readonly string[] =>
  vaults.filter(({ state }) => state !== 'waiting' && state !== 'completed').map(({ run }) => run);

type ToldByRun = RunProgress & Pick<Glance, 'outage'>;

/** @param told what runs have said of themselves, by name */
export function seriesStatus(progress: SeriesProgress, told: ReadonlyMap<string, ToldByRun>): SeriesStatus {
  const vaults = progress.vaults.map((vault) => vaultStatus(vault, told.get(vault.run)));
  const sum = new TallyBook();
  for (const { tally } of vaults) if (tally !== null) sum.plus(tally);
  const isUnderWay = progress.state === 'transferring';
  const problem = isUnderWay ? ([...told.values()].find((run) => run.problem !== null)?.problem ?? null) : null;
  return {
    ...sum.toWire(),
    run: progress.name,
    order: progress.order,
    rateLimits: progress.rateLimits,
    state: problem === null ? progress.state : 'attention',
    detail: progress.detail,
    problem,
    // All runs of a series ask the same AWS.
    outage: [...told.values()].find(({ outage }) => outage)?.outage ?? null,
    throttle: null,
    // Runs have limits of their own: what their series has none of gives no estimate.
    tier: null,
    limitedBy: null,
    lastHourBytes: null,
    shardCount: 0,
    startedAt: progress.startedAt,
    finishedAt: progress.finishedAt,
    vaults,
  };
}

function vaultStatus(known: SeriesVaultProgress, told: RunProgress | undefined): VaultStatus {
  const { vault, run, quarantinedRows, tally, message } = known;
  if (told !== undefined) {
    const { archives, bytes, state, problem, detail } = told;
    const said = problem?.message ?? detail;
    const rows = told.quarantinedRows;
    return { vault, run, state, message: said === '' ? null : said, tally: { archives, bytes }, quarantinedRows: rows };
  }
  const state = known.state === 'running' ? 'transferring' : known.state;
  return { vault, run, state, message, tally, quarantinedRows };
}

/** The rate since the start. What vaults hold that nobody has listed yet is not known, and so no time is promised. */
export const seriesThroughput = (status: SeriesStatus, now: Date): Throughput =>
  withoutGuess(status, averageThroughput(status, now));

export function withoutGuess({ vaults }: SeriesStatus, throughput: Throughput): Throughput {
  const isListed = vaults.every(({ state, tally }) => state !== 'inventory' && tally !== null);
  return isListed ? throughput : { ...throughput, remainingMs: null };
}
