import { performance } from 'node:perf_hooks';
import type { GlacierClient, GlacierJobDescription } from '@aws-sdk/client-glacier';
import { parseJobDescription } from '../ids';
import { listJobsPage } from './glacier-jobs';

/**
 * Pages read for one look, of 50 jobs each. A vault may have millions of jobs on its list; beyond so many, paying for a
 * job twice is cheaper than the search.
 */
const MOST_PAGES = 1_000;

/** Finds our jobs in Glacier's own list, by their descriptions. Looks that are made at the same time share one reading. */
export class JobListings {
  private readonly latest = new Map<string, Listing>();

  constructor(private readonly glacier: GlacierClient) {}

  /**
   * The jobs with this description, page by page: whoever has found what he wanted stops, and so does the reading.
   * @param sinceMs the list is read after this moment, in the time of `performance.now()`
   * @throws the AWS error; the signal's reason when it aborts
   */
  async *jobs(
    vault: string,
    description: string,
    sinceMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<GlacierJobDescription> {
    yield* (await this.listing(vault, sinceMs)).read(description, signal);
  }

  /** A reading that has begun late enough; a new one begins only when the one before it is over. */
  private async listing(vault: string, sinceMs: number): Promise<Listing> {
    for (;;) {
      const latest = this.latest.get(vault);
      if (latest !== undefined && latest.begunAtMs > sinceMs && !latest.hasFailed) return latest;
      if (latest === undefined || latest.readers === 0) {
        const listing = new Listing(this.glacier, vault);
        this.latest.set(vault, listing);
        return listing;
      }
      await latest.over;
    }
  }
}

class Listing {
  readonly begunAtMs = performance.now();
  /** Resolves when nobody reads it any more. */
  over: Promise<void> = Promise.resolve();
  readers = 0;
  hasFailed = false;
  private readonly jobs = new Map<string, GlacierJobDescription[]>();
  private pages = 0;
  private marker: string | undefined;
  private isWhole = false;
  private reading: Promise<void> | null = null;
  private end: () => void = () => undefined;

  constructor(
    private readonly glacier: GlacierClient,
    private readonly vault: string,
  ) {}

  async *read(description: string, signal: AbortSignal): AsyncGenerator<GlacierJobDescription> {
    // It may have been over before: who waits for its end must not go on waiting in circles.
    if (this.readers === 0) this.over = new Promise((resolve) => (this.end = resolve));
    this.readers += 1;
    try {
      for (let given = 0; ;) {
        const found = this.jobs.get(description) ?? [];
        // More may come while the reader looks at these.
        const { isWhole } = this;
        for (const job of found.slice(given)) yield job;
        given = found.length;
        if (isWhole) return;
        if (this.isWhole) continue;
        signal.throwIfAborted();
        this.reading ??= this.readPage().finally(() => (this.reading = null));
        await this.reading;
      }
    } finally {
      this.readers -= 1;
      if (this.readers === 0) this.end();
    }
  }

  private async readPage(): Promise<void> {
    const { jobs, marker } = await listJobsPage(this.glacier, this.vault, this.marker).catch((error: unknown) => {
      this.hasFailed = true;
      throw error;
    });
    for (const job of jobs) {
      const description = job.JobDescription ?? '';
      if (parseJobDescription(description) === null) continue;
      this.jobs.set(description, [...(this.jobs.get(description) ?? []), job]);
    }
    this.pages += 1;
    this.marker = marker ?? undefined;
    this.isWhole = marker === null || this.pages === MOST_PAGES;
  }
}
