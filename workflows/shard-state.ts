import type { ShardContents } from '../src/wire/inventory';
import type { Admission, ArchiveReport, PauseGate, ShardReport } from '../src/wire/signals';
import type { RunSettings } from '../src/wire/request';
import { Gate, GatedRunner } from './pause-gate';
import { ArchiveTable } from './state/archive-table';
import { ShardAdmissionState } from './state/shard-admission';
import { RUNNERS, ShardProblems } from './state/shard-problems';
import { SmallArchiveQueue } from './state/small-archive-queue';

export interface ShardInput {
  readonly settings: RunSettings;
  readonly shard: number;
  /** Minimum seconds between two reports to the root. */
  readonly reportSeconds: number;
  /** An earlier workflow of this shard has left receipts: archives that they call verified are done. */
  readonly reopened: boolean;
  /** Number of retries of the run before this workflow was started. */
  readonly retries: number;
  /** What the root admits at the start. */
  readonly admission: Admission;
}

/** State of a shard: its archives, how many of them may be requested, whether it is paused, and what blocks it. */
export class ShardState {
  readonly table: ArchiveTable;
  readonly admission: ShardAdmissionState;
  readonly gate = new Gate();
  readonly problems = new ShardProblems();
  readonly smallArchives: SmallArchiveQueue;

  constructor({ settings, shard, retries, admission }: ShardInput) {
    this.table = new ArchiveTable(shard, retries);
    this.admission = new ShardAdmissionState(admission);
    this.smallArchives = new SmallArchiveQueue(this.table, settings);
  }

  /** @param reopened the archives were tried before, by an earlier workflow */
  open({ firstIndex, sizesBytes, verified, ownWorkflow }: ShardContents, reopened: boolean): void {
    this.table.open(firstIndex, sizesBytes, verified);
    this.admission.open(this.table.openBytes);
    const large = new Set(ownWorkflow.map(({ index }) => index));
    const indexes = sizesBytes.map((_, offset) => firstIndex + offset);
    this.smallArchives.open(
      indexes.filter((index) => !large.has(index) && this.table.isOpen(index)),
      reopened,
    );
  }

  handleArchiveReport({ index, state, throttle }: ArchiveReport): void {
    this.table.setState(index, state);
    if (throttle !== undefined) this.table.throttled(throttle);
  }

  /** A probe opens the shard's own gate only if the first problem is that of one of its own runners. */
  applyGate(gate: PauseGate): void {
    const state = gate.state === 'probe' && !this.problems.isRunnerFirst ? 'paused' : gate.state;
    if (this.gate.apply({ ...gate, state })) this.problems.gateChanged(gate.state);
  }

  /** Runs activities while the gate is open, and records their problems as those of this source. */
  runnerFor(source: keyof typeof RUNNERS): GatedRunner {
    return new GatedRunner(this.gate, async (problem) => this.problems.handle(RUNNERS[source], problem));
  }

  report(): ShardReport {
    return { ...this.table.report(), ...this.admission.report() };
  }

  /** The report to send now. */
  takeReport(): ShardReport {
    return { ...this.table.takeReport(), ...this.admission.takeReport() };
  }
}
