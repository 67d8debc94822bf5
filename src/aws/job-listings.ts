import { performance } from 'node:perf_hooks';
import type { GlacierClient, GlacierJobDescription } from '@aws-sdk/client-glacier';
import { parseJobDescription } from '../ids';
import { listJobsPage } from './glacier-jobs';

/**
 * Pages of 50 jobs read at most. A vault may list millions of jobs; beyond this limit, paying for a job twice is cheaper
 * than the search.
 */
const MAX_PAGES = 1_000;

/** Finds our jobs in Glacier's list of jobs by their descriptions. Concurrent searches share one reading of the list. */
export class JobListings {
  private readonly latest = new Map<string, Listing>();

  constructor(private readonly glacier: GlacierClient) {}

  /**
   * The jobs with this description, page by page. Reading stops when no caller wants more.
   * @param sinceMs the list is read after this time (`performance.now()`)
   * @throws the AWS error; the signal's reason if it aborts
   */
  async *jobs(
    vault: string,
    description: string,
    sinceMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<GlacierJobDescription> {
    yield* (await this.listing(vault, sinceMs)).read(description, signal);
  }

  /** A reading that was started late enough; a new one starts only when the previous one is over. */
  private async listing(vault: string, sinceMs: number): Promise<Listing> {
    for (;;) {
      const latest = this.latest.get(vault);
      if (latest !== undefined && latest.startedAtMs > sinceMs && !latest.hasFailed) return latest;
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
  readonly startedAtMs = performance.now();
  /** Resolves when the last reader has finished. */
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
    // It may have been over before: callers waiting for its end need a new promise, or they would loop.
    if (this.readers === 0) this.over = new Promise((resolve) => (this.end = resolve));
    this.readers += 1;
    try {
      for (let yielded = 0; ;) {
        const found = this.jobs.get(description) ?? [];
        // More may arrive while the reader processes these.
        const { isWhole } = this;
        for (const job of found.slice(yielded)) yield job;
        yielded = found.length;
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
    this.isWhole = marker === null || this.pages === MAX_PAGES;
  }
}
