import type { Clock } from '../clock';
import type { BlobStore } from './blobs';
import { describeJob } from './job-description';
import type { JournaledArchiveJob, JournaledInventoryJob } from './events';
import { InventoryWriter } from './inventory-writer';
import type { InventoryJob, Job, JobOutcome, JobRecord } from './model';
import { filesOfExpired } from './needed-files';
import type { Store } from './store';
import type { Vault } from './vault';

/** How long Glacier keeps a finished job and its output. */
const OUTPUT_LIFE_MS = 24 * 60 * 60 * 1000;

interface LifecycleOptions {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly vaultArn: (vault: string) => string;
  /** Publishes the notification of a finished job to a topic. */
  readonly notify: (topicArn: string, message: string) => void;
}

/**
 * Takes jobs from `InProgress` to `Succeeded` or `Failed` when they are due, publishes their notifications, and removes them a day later.
 * The output of an inventory job is written meanwhile; the job completes late if that takes longer.
 */
export class JobLifecycle {
  private readonly cancels = new Map<string, () => void>();

  private readonly writer: InventoryWriter;

  constructor(private readonly options: LifecycleOptions) {
    this.writer = new InventoryWriter(options);
  }

  /** Resumes the jobs of an earlier process; those that came due meanwhile complete now. */
  resume(): void {
    for (const vault of this.options.store.vaults()) {
      for (const record of vault.jobs.all()) this.takeUp(vault, record);
    }
  }

  start(vault: Vault, job: Job): void {
    this.options.store.record({ type: 'job-started', vault: vault.name, job: journaled(job) });
    if (job.faults?.isNotifiedEarly === true) this.notify(vault, { job, outcome: this.success(), output: null });
    this.takeUp(vault, { job, outcome: null, output: null });
  }

  /** Stops all jobs of a vault that is deleted. */
  async forget(vault: Vault): Promise<void> {
    for (const { job } of vault.jobs.all()) this.cancel(job.id);
    for (const jobId of vault.unwritten.keys()) await this.writer.stop(jobId);
  }

  /** Expires a finished job's output early. */
  expireNow(vaultName: string, jobId: string): void {
    const record = this.options.store.vault(vaultName)?.jobs.get(jobId);
    if (record !== undefined && record.outcome !== null) this.expire(vaultName, record);
  }

  async close(): Promise<void> {
    for (const jobId of this.cancels.keys()) this.cancel(jobId);
    await this.writer.close();
  }

  private takeUp(vault: Vault, record: JobRecord): void {
    this.schedule(vault.name, record);
    const { job, outcome, output } = record;
    if (job.kind === 'inventory' && outcome === null && output === null) this.writeInventory(vault, job);
  }

  private writeInventory(vault: Vault, job: InventoryJob): void {
    this.writer.start(vault, job, (failure) => {
      if (failure !== null)
        this.end(vault, job, this.failure(`The inventory could not be written: ${failure.message}`));
      else if (job.dueAtMs <= this.options.clock.now()) this.complete(vault.name, job);
    });
  }

  private schedule(vaultName: string, record: JobRecord): void {
    const { job, outcome } = record;
    const atMs =
      outcome === null
        ? job.dueAtMs
        : Date.parse(outcome.completionDate) + (job.faults?.outputLifeMs ?? OUTPUT_LIFE_MS);
    const wake = (): void => (outcome === null ? this.complete(vaultName, job) : this.expire(vaultName, record));
    this.cancels.set(job.id, this.options.clock.at(atMs, wake));
  }

  private complete(vaultName: string, job: Job): void {
    const vault = this.options.store.vault(vaultName);
    if (vault === undefined || vault.unwritten.has(job.id)) return;
    if (job.kind === 'archive' && vault.archives.get(job.archive.id) === undefined) {
      this.end(vault, job, this.failure(`The archive ID was not found: ${job.archive.id}`));
    } else if (job.faults?.failsWith !== undefined) {
      this.end(vault, job, this.failure(job.faults.failsWith));
    } else {
      this.end(vault, job, this.success());
    }
  }

  private end(vault: Vault, job: Job, outcome: JobOutcome): void {
    this.cancel(job.id);
    const record: JobRecord = { job, outcome, output: vault.jobs.get(job.id)?.output ?? null };
    // Notified first: a process killed in between sends the notification twice, not never.
    this.notify(vault, record);
    this.options.store.record({ type: 'job-completed', vault: vault.name, jobId: job.id, outcome });
    this.schedule(vault.name, record);
  }

  private notify(vault: Vault, record: JobRecord): void {
    const message = JSON.stringify(describeJob(record, this.options.vaultArn(vault.name)));
    for (const topicArn of topicsOf(vault, record.job)) this.options.notify(topicArn, message);
  }

  private success(): JobOutcome {
    return { status: 'Succeeded', message: 'Succeeded', completionDate: this.nowIso() };
  }

  private failure(message: string): JobOutcome {
    return { status: 'Failed', message, completionDate: this.nowIso() };
  }

  private nowIso(): string {
    return new Date(this.options.clock.now()).toISOString();
  }

  private expire(vaultName: string, record: JobRecord): void {
    const vault = this.options.store.vault(vaultName);
    if (vault === undefined) return;
    const { id: jobId } = record.job;
    this.cancel(jobId);
    this.options.store.record({ type: 'job-expired', vault: vaultName, jobId });
    void this.options.blobs.discard(filesOfExpired(vault, record));
  }

  private cancel(jobId: string): void {
    this.cancels.get(jobId)?.();
    this.cancels.delete(jobId);
  }
}

function journaled(job: Job): JournaledArchiveJob | JournaledInventoryJob {
  if (job.kind === 'inventory') return job;
  const { archive, ...rest } = job;
  return { ...rest, archiveId: archive.id };
}

/** The job's own topic and the vault's: both are notified; a topic named twice is notified twice. */
function topicsOf(vault: Vault, job: Job): string[] {
  const event = job.kind === 'archive' ? 'ArchiveRetrievalCompleted' : 'InventoryRetrievalCompleted';
  const vaultTopic = vault.notifications?.Events.includes(event) === true ? [vault.notifications.SNSTopic] : [];
  return job.snsTopic === null ? vaultTopic : [job.snsTopic, ...vaultTopic];
}
