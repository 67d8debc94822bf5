import { WorkflowFailedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Queries } from '../../src/ids';
import type { RateLimits } from '../../src/wire/request';
import type { SeriesProgress, SeriesSummary } from '../../src/wire/series';
import { CliError, exitCodeOfFailure, ExitCode } from '../exit-codes';
import { sendUpdate } from '../send-update';
import { mapConcurrently } from '../../src/bytes/map-concurrently';
import { queryWorkflow, Run, SERIES_WORKFLOW, type RunStatus } from '../runs';
import { runsToAsk, seriesStatus, type SeriesStatus } from './status';

const PARALLEL_LOOKS = 16;

/** A series as seen by commands. */
export class Series {
  private readonly runs = new Map<string, Run>();

  constructor(
    private readonly client: Client,
    readonly name: string,
  ) {}

  /**
   * The progress of the series and its open runs. If it was terminated in Temporal, it is shown as ended.
   * @throws CliError when no worker answers (temporary)
   */
  async progress(): Promise<SeriesStatus> {
    const { status, closeTime } = await this.client.workflow.getHandle(this.name).describe();
    const progress = await queryWorkflow<SeriesProgress>(this.client, this.name, Queries.progress).catch(
      async (error: unknown) => {
        if (status.name !== 'COMPLETED') throw error;
        return await this.result();
      },
    );
    if (status.name !== 'TERMINATED' && status.name !== 'TIMED_OUT') return await this.withRuns(progress);
    const detail = 'the series was ended in Temporal itself; its open runs go on, the others do not begin';
    return await this.withRuns({ ...progress, state: 'failed', detail, finishedAt: closeTime?.toISOString() ?? null });
  }

  /** @throws CliError: ended or rejected (usage), or no worker answers (temporary) */
  async update(update: 'pause' | 'resume' | 'cancel'): Promise<SeriesStatus> {
    return await this.withRuns(await sendUpdate<SeriesProgress>(this.client, this.name, update));
  }

  /**
   * Changes the rate limits of all its runs together.
   * @throws CliError as {@link update}
   */
  async setRateLimits(limits: Partial<RateLimits>): Promise<SeriesStatus> {
    return await this.withRuns(await sendUpdate<SeriesProgress>(this.client, this.name, 'setRateLimits', limits));
  }

  /** Waits for the end. @throws CliError when the series ended without a summary */
  async result(): Promise<SeriesSummary> {
    try {
      return (await this.client.workflow.getHandle(this.name).result()) as SeriesSummary;
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      const { cause } = error;
      if (cause instanceof CancelledFailure) {
        throw new CliError(`The vaults of ${this.name} were cancelled. What is verified stays.`, ExitCode.Error);
      }
      const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
      throw new CliError(`${this.name} failed: ${cause?.message ?? error.message}`, exitCodeOfFailure(type));
    }
  }

  private async withRuns(progress: SeriesProgress): Promise<SeriesStatus> {
    const told = new Map<string, RunStatus>();
    await mapConcurrently(runsToAsk(progress), PARALLEL_LOOKS, new AbortController().signal, async (name) => {
      const run = this.runs.get(name) ?? new Run(this.client, name);
      this.runs.set(name, run);
      const status = await run.status().catch(unlessUnknown);
      if (status !== null) told.set(name, status);
    });
    return seriesStatus(progress, told);
  }
}

/** A run that was never started, that Temporal no longer has, or without a worker: use what the series knows. */
function unlessUnknown(error: unknown): null {
  if (error instanceof CliError) return null;
  throw error;
}

/** The series with this name; null if there is none. */
export async function findSeries(client: Client, name: string): Promise<Series | null> {
  try {
    const { type } = await client.workflow.getHandle(name).describe();
    return type === SERIES_WORKFLOW ? new Series(client, name) : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
