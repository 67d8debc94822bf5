import type { PauseGate, Problem } from '../../src/wire/progress';

/** What a shard has to pass on: to its root, or to its archives. */
export type Mail =
  | { readonly to: 'root'; readonly problem: Problem | null }
  | { readonly to: 'archives'; readonly state: PauseGate['state'] }
  | { readonly to: 'archive'; readonly index: number };

/** The lanes of a shard as sources of trouble; archives are named by their index. */
export const LANES = { request: -1, check: -2, move: -3, records: -4 } as const;

/**
 * What a shard knows of trouble below it. The root is told once, and hears again only from the one source that it has let
 * try again; when that one is well, everything may go on.
 */
export class ShardProblems {
  private readonly known = new Set<number>();
  private told = false;
  private probing: number | null = null;
  private mail: Mail[] = [];

  hear(from: number, problem: Problem | null): void {
    if (problem === null) {
      if (!this.known.delete(from)) return;
      this.told = false;
      this.mail.push({ to: 'root', problem });
      return;
    }
    this.known.add(from);
    if (this.told && from !== this.probing) return;
    this.told = true;
    this.probing = null;
    this.mail.push({ to: 'root', problem });
  }

  /** A source that has ended, well or not, is in trouble no more. */
  ended(from: number): void {
    this.hear(from, null);
  }

  /** What is to be tried first belongs to the shard itself, not to one of its archives. */
  get isLaneFirst(): boolean {
    return this.first !== undefined && this.first < 0;
  }

  /** The root has given an order. */
  ordered(state: PauseGate['state']): void {
    if (state === 'probe') {
      const { first } = this;
      this.probing = first ?? null;
      if (first !== undefined && first >= 0) this.mail.push({ to: 'archive', index: first });
      return;
    }
    if (state === 'open') {
      this.known.clear();
      this.told = false;
      this.probing = null;
    }
    this.mail.push({ to: 'archives', state });
  }

  get hasMail(): boolean {
    return this.mail.length > 0;
  }

  takeMail(): Mail[] {
    return this.mail.splice(0);
  }

  private get first(): number | undefined {
    return this.known.values().next().value;
  }
}
