import {
  condition,
  getExternalWorkflowHandle,
  sleep,
  startChild,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import { archiveWorkflowId } from '../src/ids';
import type { ArchiveRef, ShardContents } from '../src/wire/inventory';
import type { RunSettings } from '../src/wire/request';
import type { ArchiveOutcome, PauseGate } from '../src/wire/signals';
import type { SettledArchive } from '../src/wire/transfer';
import { archive } from './archive';
import { endedBy, ignoringClosed, type Ended } from './failure';
import { pauseGateSignal } from './messages';
import { searchAttributesOf } from './search-attributes';
import type { ShardState } from './shard-state';

/** Workflows started at a time: a thousand in one workflow task have been seen to exceed its timeout. */
const PARALLEL_STARTS = 100;

/** Runs the archives of a shard that get their own workflow, in order of creation: large ones, or all of a small run. */
export class LargeArchives {
  private archives: ReadonlyMap<number, ArchiveRef> = new Map();
  private readonly waiting: number[] = [];
  private readonly running = new Set<number>();
  /** Ended without their own receipt: never started, or terminated by hand. */
  private readonly unwritten: SettledArchive[] = [];
  /** Archives that may still have a job from an earlier attempt. */
  private readonly tried = new Set<number>();
  private readonly ends: Promise<void>[] = [];
  private gateSequence = 0;

  constructor(
    private readonly settings: RunSettings,
    private readonly state: ShardState,
  ) {}

  /** @param reopened the archives were tried before, by an earlier workflow */
  open({ ownWorkflow }: ShardContents, reopened: boolean): void {
    this.archives = new Map(ownWorkflow.map((archive) => [archive.index, archive]));
    for (const { index } of ownWorkflow) {
      if (!this.state.table.isOpen(index)) continue;
      this.waiting.push(index);
      if (reopened) this.tried.add(index);
    }
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Retries failed archives. Those without their own workflow are ignored. */
  retry(indexes: readonly number[]): void {
    for (const index of indexes) {
      if (!this.archives.has(index)) continue;
      this.waiting.push(index);
      this.tried.add(index);
    }
  }

  /** The shard is cancelled: what was not started stays in the vault. */
  endRest(ended: Ended): void {
    for (const index of this.waiting.splice(0)) this.endUnstarted(index, ended);
  }

  takeUnwritten(): SettledArchive[] {
    return this.unwritten.splice(0);
  }

  /** Starts the waiting archives, while the gate is open and as far as they are admitted. */
  async run(): Promise<void> {
    const { gate, admission, table } = this.state;
    while (this.hasWaiting) {
      await condition(() => !this.hasWaiting || (gate.isOpen && admission.admits(this.waiting)));
      const most = Math.min(this.waiting.length, PARALLEL_STARTS, Math.ceil(admission.requestsPerSecond));
      const waitMs = admission.reserve(most, Date.now());
      if (waitMs > 0) await sleep(waitMs);
      const indexes = admission.take(this.waiting, most, (index) => table.sizeBytes(index));
      await Promise.all(indexes.map((index) => this.startOne(index)));
    }
  }

  /** Waits for the started workflows to end. */
  async ended(): Promise<void> {
    await Promise.all(this.ends);
  }

  /** Sends the state of the pause gate to one archive, or to all running ones. */
  async sendGate(state: PauseGate['state'], only?: number): Promise<void> {
    const targets = [...this.running].filter((index) => only === undefined || index === only);
    this.gateSequence += 1;
    const gate: PauseGate = { sequence: this.gateSequence, state };
    await Promise.all(
      targets.map(async (index) => {
        const workflowId = archiveWorkflowId(this.settings.run, this.archives.get(index)?.archiveId ?? '');
        await ignoringClosed(() => getExternalWorkflowHandle(workflowId).signal(pauseGateSignal, gate));
      }),
    );
  }

  private async startOne(index: number): Promise<void> {
    const { gate } = this.state;
    const fail = (error: unknown): void => this.endUnstarted(index, endedBy(error));
    try {
      await condition(() => gate.isOpen);
      const child = await this.start(index);
      this.ends.push(child.result().then((outcome) => this.end(index, outcome), fail));
      if (!gate.isOpen) await this.sendGate('paused', index);
    } catch (error) {
      fail(error);
    }
  }

  private async start(index: number): Promise<ChildWorkflowHandle<typeof archive>> {
    const { settings } = this;
    const { table } = this.state;
    const { archiveId } = this.archives.get(index) as ArchiveRef;
    const sizeBytes = table.sizeBytes(index);
    const child = await startChild(archive, {
      workflowId: archiveWorkflowId(settings.run, archiveId),
      args: [{ settings, shard: table.shard, index, archiveId, sizeBytes, mayHaveJob: this.tried.has(index) }],
      // A cancelled or terminated shard cancels its archives, so that they can abort their uploads.
      parentClosePolicy: 'REQUEST_CANCEL',
      staticSummary: `archive ${index}, ${sizeBytes} bytes`,
      ...searchAttributesOf(settings),
    });
    this.running.add(index);
    // An archive starts by requesting its job.
    table.setState(index, 'requested');
    return child;
  }

  private endUnstarted(index: number, ended: Ended): void {
    this.unwritten.push({ index, jobIds: [], ...ended });
    this.end(index, ended);
  }

  private end(index: number, { outcome, reason }: ArchiveOutcome): void {
    this.running.delete(index);
    this.state.table.settle(index, outcome, reason);
    this.state.problems.ended(index);
  }
}
