import type { GateOrder, Problem } from '../src/wire/progress';

/**
 * Whether a workflow may begin something new: not while its parent holds it, nor after it has met what only a person can
 * mend. An order to go on ends both.
 */
export class Gate {
  private sequence = 0;
  private held = false;
  private problem: Problem | null = null;
  private readonly listeners = new Set<() => void>();

  get isOpen(): boolean {
    return !this.held && this.problem === null;
  }

  /** Takes an order of the parent; one that a newer one has overtaken does nothing. Returns whether it was taken. */
  obey({ sequence, state }: GateOrder): boolean {
    if (sequence <= this.sequence) return false;
    this.sequence = sequence;
    if (state === 'held') this.hold();
    else this.open();
    return true;
  }

  /** Closes until the next order to go on. */
  stopFor(problem: Problem): void {
    this.problem ??= problem;
    this.told();
  }

  /** `listener` is called when the gate closes. Returns how to stop that. */
  onClose(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private hold(): void {
    this.held = true;
    this.told();
  }

  private open(): void {
    this.held = false;
    this.problem = null;
  }

  private told(): void {
    for (const listener of this.listeners) listener();
  }
}
