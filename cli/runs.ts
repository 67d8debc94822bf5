import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import { Failure } from '../src/failures';
import { Queries, type Updates } from '../src/ids';
import { TemporalSettingsError } from '../src/temporal/errors';
import type { RunProgress, TransferSummary } from '../src/wire/progress';
import type { SeriesProgress } from '../src/wire/series';
import type { RateLimits } from '../src/wire/request';
import { CliError, exitCodeOfFailure, ExitCode, usageError } from './exit-codes';
import { sendUpdate, isOver } from './send-update';
import { OutageFinder } from './status/find-outage';
import type { Outage } from './status/outage';
import { isFinal } from './status/render';

/** Workflow type of a run's root. */
export const RUN_WORKFLOW = 'vaultTransfer';
/** Workflow type of several vaults under one name. */
export const SERIES_WORKFLOW = 'vaultSeries';

/** Progress of a run, and whether AWS answers its workers. */
export interface RunStatus extends RunProgress {
  /** Null: none is known. */
  readonly outage: Outage | null;
}

/** A run as seen by commands. Everything needs Temporal; progress and updates need a worker too. */
export class Run {
  private readonly outages: OutageFinder;

  constructor(
    private readonly client: Client,
    readonly name: string,
  ) {
    this.outages = new OutageFinder(client);
  }

  /** The progress, with the AWS outage that its activities report. @throws as {@link progress} */
  async status(): Promise<RunStatus> {
    const progress = await this.progress();
    return { ...progress, outage: await this.outages.find(progress) };
  }

  /**
   * The progress of the run. A run that was terminated or timed out in Temporal is shown as ended; a run that has ended
   * is read from its result when no worker answers.
   * @throws CliError: unknown run (usage), no worker answers (temporary), or, without a worker, how the run failed
   */
  async progress(): Promise<RunProgress> {
    const description = await this.describe();
    try {
      const progress = await queryWorkflow<RunProgress>(this.client, this.name, Queries.progress);
      return isFinal(progress.state) ? progress : await this.corrected(progress, description);
    } catch (error) {
      if (isOpen(description)) throw error;
      // A run that failed has no summary, only a failure.
      return progressOfSummary(await this.result());
    }
  }

  /** @throws CliError with the usage code when Temporal knows no such run */
  async describe(): Promise<WorkflowExecutionDescription> {
    try {
      const description = await this.client.workflow.getHandle(this.name).describe();
      if (description.type === RUN_WORKFLOW) return description;
      if (description.type === SERIES_WORKFLOW) throw notOneRun(this.name, await this.runsOfSeries());
      throw usageError(`"${this.name}" is a workflow of type ${description.type}, not a run.`);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      throw usageError(
        `Temporal has no run named "${this.name}". Check the name. For a run past its retention, ` +
          `"glacier-transfer list ${this.name} --bucket BUCKET" reads the records in the bucket.`,
      );
    }
  }

  /**
   * Sends an update to the run.
   * @returns the progress after it
   * @throws CliError: unknown, ended or rejected (usage), or no worker answers (temporary)
   */
  async update(update: Exclude<keyof typeof Updates, 'setRateLimits'>): Promise<RunProgress> {
    if (!isOpen(await this.describe())) throw isOver(this.name);
    return await sendUpdate<RunProgress>(this.client, this.name, update);
  }

  /** Changes the rate limits. @returns the progress, with the new limits @throws as {@link update} */
  async setRateLimits(limits: Partial<RateLimits>): Promise<RunProgress> {
    if (!isOpen(await this.describe())) throw isOver(this.name);
    return await sendUpdate<RunProgress>(this.client, this.name, 'setRateLimits', limits);
  }

  /** Waits for the end. @throws CliError when the run ended without a summary */
  async result(): Promise<TransferSummary> {
    try {
      return (await this.client.workflow.getHandle(this.name).result()) as TransferSummary;
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      if (error.cause instanceof CancelledFailure) {
        throw new CliError(`The run ${this.name} was cancelled. Verified objects stay in the bucket.`, ExitCode.Error);
      }
      const { type, message } = innermostFailure(error);
      throw new CliError(failureMessage(this.name, type, message), exitCodeOfFailure(type));
    }
  }

  /** For a run that has ended without a list of archives. @throws CliError that says how it ended, unless it is complete */
  async assertComplete(): Promise<void> {
    const { state } = await this.result();
    if (state === 'completed' || state === 'completed-with-failures') return;
    throw new CliError(`The run ${this.name} was cancelled before its inventory was read.`, ExitCode.Error);
  }

  /** Empty when no worker answers. */
  private async runsOfSeries(): Promise<readonly string[]> {
    const progress = queryWorkflow<SeriesProgress>(this.client, this.name, Queries.progress);
    return (await progress.catch(() => ({ vaults: [] }))).vaults.map(({ run }) => run);
  }

  /** Temporal's status takes precedence over what the workflow last reported. */
  private async corrected(progress: RunProgress, description: WorkflowExecutionDescription): Promise<RunProgress> {
    const finishedAt = description.closeTime?.toISOString() ?? null;
    switch (description.status.name) {
      case 'CANCELLED':
        return { ...progress, state: 'cancelled', finishedAt };
      case 'TERMINATED':
        return { ...progress, state: 'failed', finishedAt, detail: 'The workflow was terminated in Temporal.' };
      case 'TIMED_OUT':
        return { ...progress, state: 'failed', finishedAt, detail: 'The workflow timed out in Temporal.' };
      case 'FAILED': {
        const detail = await this.result().then(
          () => '',
          (error: Error) => error.message,
        );
        return { ...progress, state: 'failed', finishedAt, detail };
      }
      case 'RUNNING':
      case 'PAUSED':
      case 'COMPLETED':
      case 'CONTINUED_AS_NEW':
      case 'UNSPECIFIED':
      case 'UNKNOWN':
        return progress;
      default:
        return description.status.name satisfies never;
    }
  }
}

/** Whether the workflow still accepts updates. */
export const isOpen = ({ status }: WorkflowExecutionDescription): boolean =>
  status.name === 'RUNNING' || status.name === 'PAUSED';

/** Why a run failed, and the command that reopens it, unless its request was invalid. */
function failureMessage(run: string, type: string, message: string): string {
  const said = `The run ${run} failed: ${/[.!?]$/.test(message) ? message : `${message}.`}`;
  if (type === Failure.InvalidRequest) return said;
  return `${said} The run has ended. Once this is fixed, reopen it: glacier-transfer retry ${run}`;
}

/** The most specific cause: the last ApplicationFailure below the workflow's and the activity's wrappers. */
function innermostFailure(error: WorkflowFailedError): { readonly type: string; readonly message: string } {
  let found = { type: '', message: error.cause?.message ?? error.message };
  for (let cause = error.cause; cause instanceof TemporalFailure; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) found = { type: cause.type ?? '', message: cause.message };
  }
  return found;
}

/** Queries any workflow of a run. @throws CliError with the temporary code when no worker answers */
export async function queryWorkflow<Answer>(
  client: Client,
  workflowId: string,
  query: keyof typeof Queries,
  ...args: unknown[]
): Promise<Answer> {
  try {
    return await client.workflow.getHandle(workflowId).query<Answer, unknown[]>(query, ...args);
  } catch (error) {
    throw queryError(workflowId, error);
  }
}

/** Enough to see how the names are made. */
const MOST_RUNS_NAMED = 10;

function notOneRun(series: string, runs: readonly string[]): CliError {
  const named = runs.slice(0, MOST_RUNS_NAMED).join(', ') + (runs.length > MOST_RUNS_NAMED ? ', …' : '');
  return usageError(
    `"${series}" is a series of several vaults, each a separate run${named === '' ? '' : `: ${named}`}. Name one run; ` +
      `"glacier-transfer status ${series}" shows them all.`,
  );
}

/** Less than a worker reports: the prefix of the objects is not in the summary. */
function progressOfSummary(summary: TransferSummary): RunProgress {
  const bucket = summary.location.split('/')[2] ?? '';
  return {
    ...summary,
    bucket,
    bucketOwner: null,
    prefix: '',
    detail: '',
    shardCount: 0,
    openShards: [],
    inventoryDate: null,
    gaps: 0,
    tier: null,
    lastHourBytes: null,
    rateLimits: { bytesPerDay: '0', requestsPerSecond: 0 },
    admittedBytes: '0',
    limitedBy: null,
    problem: null,
    throttle: null,
  };
}

function queryError(workflowId: string, error: unknown): CliError {
  // The answer cannot be decoded: see src/temporal/codec.
  if (error instanceof TemporalSettingsError) return new CliError(error.message, ExitCode.Configuration);
  const reason =
    error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
  return new CliError(
    `No worker answered for ${workflowId} (${reason}). The run is safe in Temporal; ` +
      'start a worker with "glacier-transfer worker --role all" and look again.',
    ExitCode.Temporary,
  );
}
