import type { RunState, Tally } from './progress';
import type { RateLimits, TransferRequest } from './request';

/** Sequential runs have the whole rate limits each; parallel runs share them. */
export const SERIES_ORDERS = ['sequential', 'parallel'] as const;
export type SeriesOrder = (typeof SERIES_ORDERS)[number];

/** What a person gives to move several vaults. Each becomes a run of its own, under a name of its own. */
export interface SeriesRequest {
  /** At most 1,000, as an account has; in the order in which they begin. */
  readonly vaults: readonly SeriesVault[];
  /** @default 'sequential' */
  readonly order?: SeriesOrder;
  /** Of all of them together; those in their own requests do not count. @default as of a run */
  readonly rateLimits?: Partial<RateLimits>;
}

export interface SeriesVault {
  /** Name of the run. */
  readonly run: string;
  readonly request: TransferRequest;
}

/** A checked series with its defaults. The vaults are left where they are, in the request: they may be many. */
export interface SeriesSettings {
  readonly order: SeriesOrder;
  readonly rateLimits: RateLimits;
  /** The server's namespace has our search attributes. */
  readonly searchAttributes: boolean;
}

export type SeriesVaultState =
  'waiting' | 'running' | Extract<RunState, 'completed' | 'completed-with-failures' | 'cancelled' | 'failed'>;

/** What a series knows of one vault. While its run goes on, the run itself knows more. */
export interface SeriesVaultProgress {
  readonly vault: string;
  readonly run: string;
  readonly state: SeriesVaultState;
  /** Why the run failed; null for any other state. */
  readonly reason: string | null;
  readonly message: string | null;
  /** The counters of a run that has ended; null before, and where it came to no end of its own. */
  readonly tally: Tally | null;
  readonly quarantinedRows: number;
}

/** Answer of the query `progress` of a series, and of its updates. */
export interface SeriesProgress {
  readonly name: string;
  readonly order: SeriesOrder;
  readonly rateLimits: RateLimits;
  /** `transferring` while any run goes on; never `inventory` or `attention`, which are of single runs. */
  readonly state: RunState;
  /** What the series waits for or does, one sentence. */
  readonly detail: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly vaults: readonly SeriesVaultProgress[];
}

/** Result of a series: where all its vaults have ended, and the sums of their counters. */
export interface SeriesSummary extends SeriesProgress, Tally {}
