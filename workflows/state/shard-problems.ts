import type { Problem } from '../../src/wire/progress';
import type { PauseGate } from '../../src/wire/signals';

/** What a shard has to pass on: to its root, or to its archives. */
export type Forward =
  | { readonly to: 'root'; readonly problem: Problem | null }
  | { readonly to: 'archives'; readonly state: PauseGate['state'] }
  | { readonly to: 'archive'; readonly index: number };

/** The lanes of a shard as sources of trouble; archives are named by their index. */
export const RUNNERS = { request: -1, check: -2, move: -3, records: -4 } as const;

/**
 * What a shard knows of trouble below it. The root is told once, and hears again only from the one source that it has let
 * try again; when that one is well, everything may go on.
 */
export class ShardProblems {
  private readonly known = new Set<number>();
  private reported = false;
  private probing: number | null = null;
  private pending: Forward[] = [];

  handle(from: number, problem: Problem | null): void {
    if (problem === null) {
      if (!this.known.delete(from)) return;
      this.reported = false;
      this.pending.push({ to: 'root', problem });
      return;
    }
    this.known.add(from);
    if (this.reported && from !== this.probing) return;
    this.reported = true;
    this.probing = null;
    this.pending.push({ to: 'root', problem });
  }

  /** A source that has ended, well or not, is in trouble no more. */
  ended(from: number): void {
    this.handle(from, null);
  }

  /** What is to be tried first belongs to the shard itself, not to one of its archives. */
  get isRunnerFirst(): boolean {
    return this.first !== undefined && this.first < 0;
  }

  /** The root has given an order. */
  gateChanged(state: PauseGate['state']): void {
    if (state === 'probe') {
      const { first } = this;
      this.probing = first ?? null;
      if (first !== undefined && first >= 0) this.pending.push({ to: 'archive', index: first });
      return;
    }
    if (state === 'open') {
      this.known.clear();
      this.reported = false;
      this.probing = null;
    }
    this.pending.push({ to: 'archives', state });
  }

  get hasForwards(): boolean {
    return this.pending.length > 0;
  }

  takeForwards(): Forward[] {
    return this.pending.splice(0);
  }

  private get first(): number | undefined {
    return this.known.values().next().value;
  }
}
