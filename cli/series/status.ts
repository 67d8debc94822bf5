import { TallyBook } from '../../src/domain/tally';
import type { RunProgress, RunState, Tally } from '../../src/wire/progress';
import type { SeriesOrder, SeriesProgress, SeriesVaultProgress } from '../../src/wire/series';
import { averageThroughput, type Throughput } from '../status/throughput';
import type { Glance } from '../status/render';

/** One vault of a series, as reported by its own run or, failing that, by the series. */
export interface VaultStatus {
  readonly vault: string;
  readonly run: string;
  readonly state: RunState | 'waiting';
  /** What the run waits for or does, or its problem; null if there is nothing to say. */
  readonly message: string | null;
  /** Null for a run that has not started. */
  readonly tally: Tally | null;
  readonly quarantinedRows: number;
}

/** A series with the current progress of its runs. */
export interface SeriesStatus extends Glance {
  readonly order: SeriesOrder;
  readonly finishedAt: string | null;
  readonly vaults: readonly VaultStatus[];
}

/** Runs to query, because they know more than their series: they are open, or may have been retried. */
export const runsToAsk = ({ vaults }: SeriesProgress): readonly string[] =>
  vaults.filter(({ state }) => state !== 'waiting' && state !== 'completed').map(({ run }) => run);

type ToldByRun = RunProgress & Pick<Glance, 'outage'>;

/** @param told progress reported by runs, by name */
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
    // All runs of a series use the same AWS.
    outage: [...told.values()].find(({ outage }) => outage)?.outage ?? null,
    throttle: null,
    // Runs have their own limits: without limits of the series there is no estimate.
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

/** The throughput since the start. Vaults that are not listed yet are unknown, so there is no estimate of the end. */
export const seriesThroughput = (status: SeriesStatus, now: Date): Throughput =>
  withoutGuess(status, averageThroughput(status, now));

export function withoutGuess({ vaults }: SeriesStatus, throughput: Throughput): Throughput {
  const isListed = vaults.every(({ state, tally }) => state !== 'inventory' && tally !== null);
  return isListed ? throughput : { ...throughput, remainingMs: null };
}
