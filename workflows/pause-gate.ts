import type { Problem } from '../src/wire/progress';
import type { PauseGate } from '../src/wire/signals';
import { CancellationScope, CancelledFailure, condition, isCancellation } from '@temporalio/workflow';
import { isPassing, problemOf } from './failure';

/**
 * Runs activities while the gate is open. What only a person can mend is told to the parent and waited out: the work is
 * begun again when the gate opens, as often as it takes, so nothing fails for it.
 */
export class GatedRunner {
  private hasProblem = false;
  private problems = 0;

  constructor(
    private readonly gate: Gate,
    /** Tells the parent what the trouble is, or (null) that it is over. */
    private readonly report: (problem: Problem | null) => Promise<void>,
  ) {}

  /**
   * For short work, which a closing gate lets end.
   * @param problemIn for work that says in its result what it met; that result is returned all the same
   */
  async run<T>(work: () => Promise<T>, problemIn: (result: T) => Problem | null = () => null): Promise<T> {
    for (;;) {
      await condition(() => this.gate.isOpen);
      const { problems: troubles } = this;
      try {
        const result = await work();
        const problem = problemIn(result);
        if (problem !== null) await this.stopFor(problem);
        else if (troubles === this.problems) await this.recovered();
        return result;
      } catch (error) {
        if (isPassing(error) && CancellationScope.current().consideredCancelled) {
          throw new CancelledFailure('cancelled, and its worker was lost meanwhile');
        }
        const problem = problemOf(error);
        if (problem === null) throw error;
        await this.stopFor(problem);
      }
    }
  }

  /** For work that moves bytes, which a closing gate interrupts: it goes on behind what it has done. */
  async runInterruptible<T>(work: () => Promise<T>, problemIn?: (result: T) => Problem | null): Promise<T> {
    return await this.run(async () => {
      for (;;) {
        await condition(() => this.gate.isOpen);
        let rests = false;
        const scope = new CancellationScope();
        const forget = this.gate.onClose(() => {
          rests = true;
          scope.cancel();
        });
        try {
          return await scope.run(work);
        } catch (error) {
          const stopped = CancellationScope.current().consideredCancelled;
          if (stopped || !rests || !(isCancellation(error) || isPassing(error))) throw error;
        } finally {
          forget();
        }
      }
    }, problemIn);
  }

  /**
   * For records, which a cancelled run writes too. It does not wait, though, until somebody has mended what keeps them
   * from being written.
   */
  async record(work: () => Promise<void>): Promise<void> {
    try {
      return await this.run(() => CancellationScope.nonCancellable(work));
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
    try {
      await CancellationScope.nonCancellable(work);
    } catch (error) {
      if (problemOf(error) === null) throw error;
    }
  }

  private async stopFor(problem: Problem): Promise<void> {
    this.hasProblem = true;
    this.problems += 1;
    this.gate.stopFor(problem);
    await this.report(problem);
  }

  /** What was begun after the trouble has ended well. */
  private async recovered(): Promise<void> {
    if (!this.hasProblem) return;
    this.hasProblem = false;
    await this.report(null);
  }
}

/**
 * Whether a workflow may begin something new: not while its parent holds it, nor after it has met what only a person can
 * mend. An order to go on ends both.
 */
export class Gate {
  private sequence = 0;
  private paused = false;
  private problem: Problem | null = null;
  private readonly listeners = new Set<() => void>();

  get isOpen(): boolean {
    return !this.paused && this.problem === null;
  }

  /** Takes an order of the parent; one that a newer one has overtaken does nothing. Returns whether it was taken. */
  apply({ sequence, state }: PauseGate): boolean {
    if (sequence <= this.sequence) return false;
    this.sequence = sequence;
    if (state === 'paused') this.pause();
    else this.open();
    return true;
  }

  /** Closes until the next order to go on. */
  stopFor(problem: Problem): void {
    this.problem ??= problem;
    this.notify();
  }

  /** `listener` is called when the gate closes. Returns how to stop that. */
  onClose(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private pause(): void {
    this.paused = true;
    this.notify();
  }

  private open(): void {
    this.paused = false;
    this.problem = null;
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
