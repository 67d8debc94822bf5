import type { RunState, Tally } from './progress';
import type { RateLimits, TransferRequest } from './request';

/** Sequential runs have the whole rate limits each; parallel runs share them. */
export const SERIES_ORDERS = ['sequential', 'parallel'] as const;
export type SeriesOrder = (typeof SERIES_ORDERS)[number];

/** Input that moves several vaults. Each one becomes a separate run with its own name. */
export interface SeriesRequest {
  /** At most 1,000, the quota of an account; in the order in which they start. */
  readonly vaults: readonly SeriesVault[];
  /** @default 'sequential' */
  readonly order?: SeriesOrder;
  /** Of all vaults together; those in their own requests are ignored. @default as of a run */
  readonly rateLimits?: Partial<RateLimits>;
}

export interface SeriesVault {
  /** Name of the run. */
  readonly run: string;
  readonly request: TransferRequest;
}

/** A checked series with its defaults. Does not repeat the vaults of the request, as there may be many. */
export interface SeriesSettings {
  readonly order: SeriesOrder;
  readonly rateLimits: RateLimits;
  /** The server's namespace has our search attributes. */
  readonly searchAttributes: boolean;
}

export type SeriesVaultState =
  'waiting' | 'running' | Extract<RunState, 'completed' | 'completed-with-failures' | 'cancelled' | 'failed'>;

/** Progress of one vault of a series. While its run is open, the run itself knows more. */
export interface SeriesVaultProgress {
  readonly vault: string;
  readonly run: string;
  readonly state: SeriesVaultState;
  /** Why the run failed; null for any other state. */
  readonly reason: string | null;
  readonly message: string | null;
  /** The counters of a run that has completed; null before, and if it failed or was cancelled. */
  readonly tally: Tally | null;
  readonly quarantinedRows: number;
}

/** Result of a series' query `progress` and of its updates. */
export interface SeriesProgress {
  readonly name: string;
  readonly order: SeriesOrder;
  readonly rateLimits: RateLimits;
  /** `transferring` while any run is open; never `inventory` or `attention`, which are states of single runs. */
  readonly state: RunState;
  /** What the series is doing or waiting for, one sentence. */
  readonly detail: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly vaults: readonly SeriesVaultProgress[];
}

/** Result of a series: the outcome of each vault, and the sums of their counters. */
export interface SeriesSummary extends SeriesProgress, Tally {}
