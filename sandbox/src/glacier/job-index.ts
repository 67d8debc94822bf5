import type { InventoryOutput, Job, JobOutcome, JobRecord } from './model';

/** The read interface for handlers; only the store changes it. */
export type Jobs = Omit<JobIndex, 'add' | 'setOutput' | 'complete' | 'remove'>;

interface Entry extends JobRecord {
  outcome: JobOutcome | null;
  output: InventoryOutput | null;
  isRemoved: boolean;
}

/** The jobs of a vault: found by id, listed in pages, and counted by the archive they retrieve, all without a scan. */
export class JobIndex {
  /** In ascending order of sequence. */
  private readonly byId = new Map<string, Entry>();
  /** The same, for a binary search; may hold jobs that are removed. */
  private ordered: Entry[] = [];
  private readonly retrievals = new Map<string, number>();

  get(id: string): JobRecord | undefined {
    return this.byId.get(id);
  }

  /** Oldest first. */
  all(): Iterable<JobRecord> {
    return this.byId.values();
  }

  /** Those started after the one with this sequence, oldest first. */
  *after(sequence: number): Generator<JobRecord> {
    for (let i = this.firstAfter(sequence); i < this.ordered.length; i++) {
      const record = this.ordered[i];
      if (record?.isRemoved === false) yield record;
    }
  }

  /** Whether a job, running or finished, retrieves this archive. */
  isRetrieving(archiveId: string): boolean {
    return this.retrievals.has(archiveId);
  }

  add(job: Job): void {
    const record: Entry = { job, outcome: null, output: null, isRemoved: false };
    this.byId.set(job.id, record);
    this.ordered.push(record);
    if (job.kind === 'archive') this.countRetrieval(job.archive.id, 1);
  }

  setOutput(id: string, output: InventoryOutput): void {
    const record = this.byId.get(id);
    if (record !== undefined) record.output = output;
  }

  complete(id: string, outcome: JobOutcome): void {
    const record = this.byId.get(id);
    if (record !== undefined) record.outcome = outcome;
  }

  remove(id: string): void {
    const record = this.byId.get(id);
    if (record === undefined) return;
    this.byId.delete(id);
    record.isRemoved = true;
    if (record.job.kind === 'archive') this.countRetrieval(record.job.archive.id, -1);
    if (this.ordered.length > 2 * this.byId.size) this.ordered = [...this.byId.values()];
  }

  private countRetrieval(archiveId: string, change: 1 | -1): void {
    const count = (this.retrievals.get(archiveId) ?? 0) + change;
    if (count > 0) this.retrievals.set(archiveId, count);
    else this.retrievals.delete(archiveId);
  }

  private firstAfter(sequence: number): number {
    let [low, high] = [0, this.ordered.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ordered[middle]?.job.sequence ?? Infinity) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
