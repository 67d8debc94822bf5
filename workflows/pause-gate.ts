import { CancellationScope, CancelledFailure, condition, isCancellation } from '@temporalio/workflow';
import type { Problem } from '../src/wire/progress';
import type { PauseGate } from '../src/wire/signals';
import { isTemporary, problemOf } from './failure';

/**
 * Whether a workflow may start something new: not while its parent pauses it, nor after a problem that someone has to
 * fix. A gate opened by the parent ends both.
 */
export class Gate {
  private sequence = 0;
  private paused = false;
  private problem: Problem | null = null;
  private readonly listeners = new Set<() => void>();

  get isOpen(): boolean {
    return !this.paused && this.problem === null;
  }

  /** Applies the parent's gate unless a newer one was applied before. Returns whether it was applied. */
  apply({ sequence, state }: PauseGate): boolean {
    if (sequence <= this.sequence) return false;
    this.sequence = sequence;
    if (state === 'paused') this.pause();
    else this.open();
    return true;
  }

  /** Closes until the parent opens the gate. */
  stopFor(problem: Problem): void {
    this.problem ??= problem;
    this.notify();
  }

  /** Calls `listener` whenever the gate closes. Returns how to unsubscribe. */
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

/**
 * Runs activities while the gate is open. A problem that someone has to fix is reported to the parent, and the work is
 * retried each time the gate opens, so that nothing fails because of it.
 */
export class GatedRunner {
  private hasProblem = false;
  private problems = 0;

  constructor(
    private readonly gate: Gate,
    /** Reports a problem to the parent, or (null) that it is fixed. */
    private readonly report: (problem: Problem | null) => Promise<void>,
  ) {}

  /**
   * For short work, which completes even if the gate closes.
   * @param problemIn problem in the result of the work; the result is returned nevertheless
   */
  async run<T>(work: () => Promise<T>, problemIn: (result: T) => Problem | null = () => null): Promise<T> {
    for (;;) {
      await condition(() => this.gate.isOpen);
      const { problems } = this;
      try {
        const result = await work();
        const problem = problemIn(result);
        if (problem !== null) await this.stopFor(problem);
        else if (problems === this.problems) await this.recovered();
        return result;
      } catch (error) {
        if (isTemporary(error) && CancellationScope.current().consideredCancelled) {
          throw new CancelledFailure('cancelled, and its worker was lost');
        }
        const problem = problemOf(error);
        if (problem === null) throw error;
        await this.stopFor(problem);
      }
    }
  }

  /** For work that moves bytes: a closing gate interrupts it, and it resumes where it stopped. */
  async runInterruptible<T>(work: () => Promise<T>, problemIn?: (result: T) => Problem | null): Promise<T> {
    return await this.run(async () => {
      for (;;) {
        await condition(() => this.gate.isOpen);
        let interrupted = false;
        const scope = new CancellationScope();
        const unsubscribe = this.gate.onClose(() => {
          interrupted = true;
          scope.cancel();
        });
        try {
          return await scope.run(work);
        } catch (error) {
          const cancelled = CancellationScope.current().consideredCancelled;
          if (cancelled || !interrupted || !(isCancellation(error) || isTemporary(error))) throw error;
        } finally {
          unsubscribe();
        }
      }
    }, problemIn);
  }

  /**
   * For records, which a cancelled run writes as well, except that it does not wait for a problem to be fixed.
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

  /** Work that was started after the problem has succeeded. */
  private async recovered(): Promise<void> {
    if (!this.hasProblem) return;
    this.hasProblem = false;
    await this.report(null);
  }
}
