import { drawKey, Draws } from '../draws';
import type { Rule } from './rules';

/** What distinguishes one occurrence from others: the facts of the call log. */
export type Facts = Readonly<Record<string, string | number>>;

/** An active rule: it counts the occurrences that matched and those that it injected its fault into. */
export class ArmedRule<R extends Rule = Rule> {
  matched = 0;
  injected = 0;
  /** The source of everything random about the rule. */
  readonly random: () => number;

  /** @param seed of the whole script @param position of the rule in it, from 1 */
  constructor(
    readonly rule: R,
    seed: number,
    position: number,
  ) {
    const draws = new Draws(drawKey(String(seed), 'faults'), position);
    this.random = () => draws.fraction();
  }

  /** Whether the fault is injected into this occurrence; counts it. @param operation `glacier:InitiateJob` */
  applies(operation: string, facts: Facts): boolean {
    if (!this.matches(operation, facts)) return false;
    this.matched++;
    if (!this.selects()) return false;
    this.injected++;
    return true;
  }

  private matches(operation: string, facts: Facts): boolean {
    if ('on' in this.rule && !this.rule.on.some((pattern) => fits(pattern, operation))) return false;
    return Object.entries(this.rule.where).every(([name, pattern]) => fits(String(pattern), String(facts[name] ?? '')));
  }

  private selects(): boolean {
    const { probability, at, every, times } = this.rule;
    // Drawn for every occurrence, so that the other conditions do not change the next draw.
    const drawn = probability === undefined || this.random() < probability;
    const listed = at === undefined || at.includes(this.matched);
    const nth = every === undefined || this.matched % every === 0;
    return drawn && listed && nth && (times === undefined || this.injected < times);
  }
}

function fits(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 's').test(text);
}
