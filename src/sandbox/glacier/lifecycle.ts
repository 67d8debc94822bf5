import type { Clock } from '../clock';
import type { BlobStore } from './blobs';
import { describeJob } from './job-description';
import type { JournaledJob } from './events';
import type { Job, JobOutcome, JobRecord } from './model';
import { filesOfExpired } from './retention';
import type { Store } from './store';
import type { Vault } from './vault';

/** How long Glacier keeps a finished job and its output. */
const OUTPUT_LIFE_MS = 24 * 60 * 60 * 1000;

export interface LifecycleOptions {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly vaultArn: (vault: string) => string;
  /** Announces a finished job on a topic. */
  readonly announce: (topicArn: string, message: string) => void;
}

/** Takes jobs from `InProgress` to `Succeeded` or `Failed` when they are due, announces them, and forgets them a day later. */
export class JobLifecycle {
  private readonly cancels = new Map<string, () => void>();

  constructor(private readonly options: LifecycleOptions) {}

  /** Takes up the jobs of an earlier process; those that came due meanwhile complete now. */
  resume(): void {
    for (const vault of this.options.store.vaults()) {
      for (const record of vault.jobs.all()) this.schedule(vault.name, record);
    }
  }

  start(vault: Vault, job: Job): void {
    this.options.store.record({ type: 'job-started', vault: vault.name, job: journaled(job) });
    this.schedule(vault.name, { job, outcome: null });
  }

  /** Stops all jobs of a vault that is about to be deleted. */
  forget(vault: Vault): void {
    for (const { job } of vault.jobs.all()) this.cancel(job.id);
  }

  /** Ends the life of a finished job's output before its time. */
  expireNow(vaultName: string, jobId: string): void {
    const record = this.options.store.vault(vaultName)?.jobs.get(jobId);
    if (record !== undefined && record.outcome !== null) this.expire(vaultName, record.job);
  }

  close(): void {
    for (const jobId of this.cancels.keys()) this.cancel(jobId);
  }

  private schedule(vaultName: string, { job, outcome }: JobRecord): void {
    const atMs = outcome === null ? job.dueAtMs : Date.parse(outcome.completionDate) + OUTPUT_LIFE_MS;
    const wake = (): void => (outcome === null ? this.complete(vaultName, job) : this.expire(vaultName, job));
    this.cancels.set(job.id, this.options.clock.at(atMs, wake));
  }

  private complete(vaultName: string, job: Job): void {
    const vault = this.options.store.vault(vaultName);
    if (vault === undefined) return;
    const outcome = this.outcomeOf(vault, job);
    const record: JobRecord = { job, outcome };
    const message = JSON.stringify(describeJob(record, this.options.vaultArn(vaultName)));
    // Announced first: a process killed in between tells the news twice, not never.
    for (const topicArn of topicsOf(vault, job)) this.options.announce(topicArn, message);
    this.options.store.record({ type: 'job-completed', vault: vaultName, jobId: job.id, outcome });
    this.schedule(vaultName, record);
  }

  private outcomeOf(vault: Vault, job: Job): JobOutcome {
    const completionDate = new Date(this.options.clock.now()).toISOString();
    return job.kind === 'archive' && vault.archives.get(job.archive.id) === undefined
      ? { status: 'Failed', message: `The archive ID was not found: ${job.archive.id}`, completionDate }
      : { status: 'Succeeded', message: 'Succeeded', completionDate };
  }

  private expire(vaultName: string, job: Job): void {
    const vault = this.options.store.vault(vaultName);
    if (vault === undefined) return;
    this.cancel(job.id);
    this.options.store.record({ type: 'job-expired', vault: vaultName, jobId: job.id });
    void this.options.blobs.discard(filesOfExpired(vault, job));
  }

  private cancel(jobId: string): void {
    this.cancels.get(jobId)?.();
    this.cancels.delete(jobId);
  }
}

function journaled(job: Job): JournaledJob {
  if (job.kind === 'inventory') return job;
  const { archive, ...rest } = job;
  return { ...rest, archiveId: archive.id };
}

/** The job's own topic and the vault's: both are told, one topic named twice is told twice. */
function topicsOf(vault: Vault, job: Job): string[] {
  const event = job.kind === 'archive' ? 'ArchiveRetrievalCompleted' : 'InventoryRetrievalCompleted';
  const vaultTopic = vault.notifications?.Events.includes(event) === true ? [vault.notifications.SNSTopic] : [];
  return job.snsTopic === null ? vaultTopic : [job.snsTopic, ...vaultTopic];
}
