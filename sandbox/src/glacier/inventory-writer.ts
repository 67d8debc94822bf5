import type { BlobStore } from './blobs';
import { InventoryPage, inventoryText } from './inventory';
import type { InventoryJob } from './model';
import type { Store } from './store';
import type { Vault } from './vault';

interface WriterOptions {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly vaultArn: (vault: string) => string;
}

interface Writing {
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Writes the outputs of inventory jobs in the background: a million archives take half a minute. A process killed
 * meanwhile leaves only the job, whose output is written again from the same inventory.
 */
export class InventoryWriter {
  /** By job id. */
  private readonly running = new Map<string, Writing>();

  constructor(private readonly options: WriterOptions) {}

  /** @param whenEnded called, unless the writing is stopped, when the output is complete or has failed */
  start(vault: Vault, job: InventoryJob, whenEnded: (failure: Error | null) => void): void {
    const stopping = new AbortController();
    const ended = this.write(vault, job, stopping.signal).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    this.running.set(job.id, {
      stopping,
      ended: ended.then((failure) => {
        this.running.delete(job.id);
        if (!stopping.signal.aborted) whenEnded(failure);
      }),
    });
  }

  /** Removes an output that is still being written. */
  async stop(jobId: string): Promise<void> {
    const writing = this.running.get(jobId);
    writing?.stopping.abort();
    await writing?.ended;
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((jobId) => this.stop(jobId)));
  }

  private async write(vault: Vault, job: InventoryJob, signal: AbortSignal): Promise<void> {
    const { store, blobs, vaultArn } = this.options;
    const inventory = vault.unwritten.get(job.id);
    if (inventory === undefined) throw new Error(`No inventory is kept for the job ${job.id}`);
    const page = new InventoryPage(inventory, job.parameters);
    const text = inventoryText(job.parameters.format, vaultArn(vault.name), inventory.date, page);
    const written = await blobs.writeText(text, signal);
    if (signal.aborted) {
      await blobs.discard([written.file]);
      return;
    }
    const output = { ...written, nextMarker: page.nextMarker };
    store.record({ type: 'inventory-written', vault: vault.name, jobId: job.id, output });
  }
}
