import { Journal } from '../journal';
import type { InventorySnapshot } from './archive-index';
import type { GlacierEvent, VaultEvent } from './events';
import { dailyInventoryDueAtMs, type InventoryMode } from './inventory-schedule';
import type { RetrievalRule } from './model';
import { sizeOf } from './range';
import { RetrievalMeter } from './retrieval-meter';
import type { Vault } from './vault';
import { VaultState } from './vault-state';

/** The service's metadata: in memory, and in a journal from which a new process restores it. */
export class Store {
  private readonly vaultsByName = new Map<string, VaultState>();
  private readonly meter = new RetrievalMeter();
  private readonly journal: Journal<GlacierEvent>;
  private rule: RetrievalRule = { strategy: 'None' };
  private lastSequence = 0;
  private closed = false;

  constructor(
    journalPath: string,
    private readonly inventoryMode: InventoryMode,
  ) {
    this.journal = Journal.open<GlacierEvent>(journalPath, (event) => this.apply(event));
  }

  get vaultCount(): number {
    return this.vaultsByName.size;
  }

  vaults(): Iterable<Vault> {
    return this.vaultsByName.values();
  }

  vault(name: string): Vault | undefined {
    return this.vaultsByName.get(name);
  }

  /** The vault's last inventory, taken now if it is due; null before the first one. */
  inventory(vault: Vault, nowMs: number): InventorySnapshot | null {
    if (this.inventoryMode === 'daily') this.takeDailyInventory(vault, nowMs);
    else if (vault.archives.hasChanged) this.takeInventory(vault, nowMs);
    return vault.archives.lastInventory;
  }

  get retrievalRule(): RetrievalRule {
    return this.rule;
  }

  /** What Standard jobs were initiated for, in the whole account. */
  get retrievals(): Pick<RetrievalMeter, 'bytesSince'> {
    return this.meter;
  }

  nextSequence(): number {
    return this.lastSequence + 1;
  }

  /** Applies one event: durable first, then visible. */
  record(event: GlacierEvent): void {
    const writeDate = writeDateOf(event);
    if (this.inventoryMode === 'daily' && writeDate !== null) {
      // This write is too late for an inventory that was due before it.
      const vault = this.vault(writeDate.vault);
      if (vault !== undefined) this.takeDailyInventory(vault, Date.parse(writeDate.date));
    }
    this.write(event);
  }

  close(): void {
    this.closed = true;
    this.journal.close();
  }

  private takeDailyInventory(vault: Vault, nowMs: number): void {
    const dueAtMs = dailyInventoryDueAtMs(vault);
    if (dueAtMs !== null && dueAtMs <= nowMs) this.takeInventory(vault, dueAtMs);
  }

  private takeInventory(vault: Vault, atMs: number): void {
    this.write({ type: 'inventory-taken', vault: vault.name, date: new Date(atMs).toISOString() });
  }

  private write(event: GlacierEvent): void {
    if (this.closed) throw new Error('The sandbox is closed.');
    if (event.type !== 'retrieval-rule-set' && event.type !== 'vault-created') this.requireVault(event);
    this.journal.append(event);
    this.apply(event);
  }

  private apply(event: GlacierEvent): void {
    if (event.type === 'retrieval-rule-set') this.rule = event.rule;
    else if (event.type === 'vault-created') {
      this.vaultsByName.set(event.vault, new VaultState(event.vault, event.date));
    } else this.applyToVault(event, this.requireVault(event));
  }

  private requireVault({ type, vault: name }: VaultEvent): VaultState {
    const vault = this.vaultsByName.get(name);
    if (vault === undefined) throw new Error(`Event ${type} of the unknown vault ${name}`);
    return vault;
  }

  private applyToVault(event: VaultEvent, vault: VaultState): void {
    vault.apply(event);
    if (event.type === 'vault-deleted') this.vaultsByName.delete(event.vault);
    if (event.type === 'archive-stored') this.lastSequence = event.archive.sequence;
    if (event.type === 'vault-seeded') this.lastSequence = event.firstSequence + event.spec.count - 1;
    if (event.type === 'upload-started') this.lastSequence = event.upload.sequence;
    if (event.type === 'job-started') {
      const { job } = event;
      this.lastSequence = job.sequence;
      if (job.kind === 'archive' && job.tier === 'Standard') {
        this.meter.add(Date.parse(job.creationDate), sizeOf(job.range));
      }
    }
  }
}

/** The vault and the date of an event that changes what an inventory lists; else null. */
function writeDateOf(event: GlacierEvent): { readonly vault: string; readonly date: string } | null {
  if (event.type === 'archive-stored') return { vault: event.vault, date: event.archive.creationDate };
  if (event.type === 'archive-deleted' || event.type === 'vault-seeded') return event;
  return null;
}
