import {
  condition,
  getExternalWorkflowHandle,
  sleep,
  startChild,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import { archiveWorkflowId } from '../src/ids';
import type { ArchiveRef } from '../src/wire/inventory';
import type { ArchiveOutcome, PauseGate } from '../src/wire/signals';
import type { RunSettings } from '../src/wire/request';
import type { SettledArchive } from '../src/wire/transfer';
import { archive } from './archive';
import { endedBy, type Ended, ifOpen } from './failure';
import { pauseGateSignal } from './messages';
import { searchAttributesOf } from './search-attributes';
import type { ArchiveTable } from './state/archive-table';
import type { Gate } from './pause-gate';
import type { ShardAdmissionState } from './state/shard-admission';

/** Starts on their way at a time; a thousand in one workflow task have been seen to lose it to its time-out. */
const PARALLEL_STARTS = 100;

/** An archive with its size, which the shard's contents list apart. */
export interface SizedArchive extends ArchiveRef {
  readonly sizeBytes: number;
}

interface OwnLaneParts {
  readonly settings: RunSettings;
  readonly archives: readonly SizedArchive[];
  /** The archives were tried before, by an earlier workflow. */
  readonly again: boolean;
  readonly table: ArchiveTable;
  readonly gate: Gate;
  readonly allowance: ShardAdmissionState;
  readonly onEnd: (index: number) => void;
}

/** Runs a workflow for each of a shard's large archives, started in order of creation. */
export class LargeArchives {
  private readonly archives: ReadonlyMap<number, SizedArchive>;
  private readonly waiting: number[];
  private readonly running = new Set<number>();
  /** Ended without a receipt of their own: never started, or terminated by hand. */
  private readonly unwritten: SettledArchive[] = [];
  /** Archives whose job from an earlier try may still be there. */
  private readonly tried = new Set<number>();
  private readonly ends: Promise<void>[] = [];
  private gateSequence = 0;

  constructor(private readonly parts: OwnLaneParts) {
    const { archives, again, table } = parts;
    this.archives = new Map(archives.map((own) => [own.index, own]));
    this.waiting = archives.filter(({ index }) => table.isOpen(index)).map(({ index }) => index);
    if (again) for (const index of this.waiting) this.tried.add(index);
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Takes up archives that have failed. Others than the lane's own are left alone. */
  retry(indexes: readonly number[]): void {
    const own = indexes.filter((index) => this.archives.has(index));
    this.waiting.push(...own);
    for (const index of own) this.tried.add(index);
  }

  /** The shard cannot go on: what was not started stays in the vault. */
  endRest(ended: Ended): void {
    for (const index of this.waiting.splice(0)) this.endUnstarted(index, ended);
  }

  takeUnwritten(): SettledArchive[] {
    return this.unwritten.splice(0);
  }

  /** Starts what waits, while the gate is open and as the allowance lets it go. */
  async run(): Promise<void> {
    const { gate, allowance, table } = this.parts;
    while (this.hasWaiting) {
      await condition(() => !this.hasWaiting || (gate.isOpen && allowance.admits(this.waiting)));
      const most = Math.min(this.waiting.length, PARALLEL_STARTS, Math.ceil(allowance.requestsPerSecond));
      const waitMs = allowance.reserve(most, Date.now());
      if (waitMs > 0) await sleep(waitMs);
      const indexes = allowance.take(this.waiting, most, (index) => table.sizeBytes(index));
      await Promise.all(indexes.map((index) => this.startOne(index)));
    }
  }

  /** Waits until what was started has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.ends);
  }

  /** Hands an order on to one archive, or to all that run. */
  async sendGate(state: PauseGate['state'], only?: number): Promise<void> {
    const told = [...this.running].filter((index) => only === undefined || index === only);
    this.gateSequence += 1;
    const order: PauseGate = { sequence: this.gateSequence, state };
    await Promise.all(
      told.map(async (index) => {
        const workflowId = archiveWorkflowId(this.parts.settings.run, this.archives.get(index)?.archiveId ?? '');
        await ifOpen(() => getExternalWorkflowHandle(workflowId).signal(pauseGateSignal, order));
      }),
    );
  }

  private async startOne(index: number): Promise<void> {
    const fail = (error: unknown): void => this.endUnstarted(index, endedBy(error));
    try {
      await condition(() => this.parts.gate.isOpen);
      const child = await this.start(index);
      this.ends.push(child.result().then((outcome) => this.end(index, outcome), fail));
      if (!this.parts.gate.isOpen) await this.sendGate('paused', index);
    } catch (error) {
      fail(error);
    }
  }

  private async start(index: number): Promise<ChildWorkflowHandle<typeof archive>> {
    const { settings, table } = this.parts;
    const own = this.archives.get(index) as SizedArchive;
    const child = await startChild(archive, {
      workflowId: archiveWorkflowId(settings.run, own.archiveId),
      args: [{ settings, shard: table.shard, ...own, mayHaveJob: this.tried.has(index) }],
      // A shard that is stopped takes its archives along, so that they can drop their uploads.
      parentClosePolicy: 'REQUEST_CANCEL',
      staticSummary: `archive ${index}, ${own.sizeBytes} bytes`,
      ...searchAttributesOf(settings),
    });
    this.running.add(index);
    // The first thing an archive does is to request its job.
    table.setState(index, 'requested');
    return child;
  }

  private endUnstarted(index: number, ended: Ended): void {
    this.unwritten.push({ index, jobIds: [], ...ended });
    this.end(index, ended);
  }

  private end(index: number, { outcome, reason }: ArchiveOutcome): void {
    this.running.delete(index);
    this.parts.table.settle(index, outcome, reason);
    this.parts.onEnd(index);
  }
}
