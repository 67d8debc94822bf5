import type { Problem } from '../../src/wire/progress';
import type { PauseGate } from '../../src/wire/signals';

/** What a shard has to forward: to its root, or to its archives. */
export type Forward =
  | { readonly to: 'root'; readonly problem: Problem | null }
  | { readonly to: 'archives'; readonly state: PauseGate['state'] }
  | { readonly to: 'archive'; readonly index: number };

/** The shard's own runners as sources of problems; archives are identified by their index. */
export const RUNNERS = { request: -1, check: -2, move: -3, records: -4 } as const;

/**
 * Problems of a shard's archives and runners. The first one is reported to the root; after that, only the one source
 * that the root lets retry is. When that one recovers, everything may resume.
 */
export class ShardProblems {
  private readonly known = new Set<number>();
  private reported = false;
  private probing: number | null = null;
  private pending: Forward[] = [];

  /** @param problem null: the source has recovered */
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

  /** A source that has ended, successfully or not, no longer has a problem. */
  ended(from: number): void {
    this.handle(from, null);
  }

  /** The source to retry first is one of the shard's own runners, not an archive. */
  get isRunnerFirst(): boolean {
    return this.first !== undefined && this.first < 0;
  }

  /** The root has changed the pause gate. */
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
