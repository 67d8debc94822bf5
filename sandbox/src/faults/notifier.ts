import type { Clock } from '../clock';
import type { ArmedRule } from './armed-rule';
import { forge, malform } from './message-faults';
import type { MessageRule } from './rules';

export type Deliver = (topicArn: string, message: string) => void;

/** How long a message is held at most until another one has overtaken it. */
const LONGEST_HOLD_MS = 10 * 60_000;

interface Outgoing {
  readonly message: string;
  readonly delayMs: number;
}

/** Publishes Glacier's notifications, with their faults. */
export class Notifier {
  private held: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly deliver: Deliver,
  ) {}

  /** @param rules those that matched this message, in order */
  notify(topicArn: string, message: string, rules: readonly ArmedRule<MessageRule>[]): void {
    const isHeld = rules.some(({ rule }) => rule.fault === 'notification-reordered');
    let outgoing: readonly Outgoing[] = [{ message, delayMs: 0 }];
    for (const { rule } of rules.toSorted(tornLast)) outgoing = withFault(outgoing, rule);
    const send = (): void => {
      for (const { message, delayMs } of outgoing) {
        if (delayMs === 0) this.deliver(topicArn, message);
        else this.clock.at(this.clock.now() + delayMs, () => this.deliver(topicArn, message));
      }
    };
    if (isHeld) {
      this.hold(send);
    } else {
      send();
      this.releaseAll();
    }
  }

  private hold(send: () => void): void {
    const release = (): void => {
      if (!this.held.includes(release)) return;
      this.held = this.held.filter((other) => other !== release);
      send();
    };
    this.held.push(release);
    this.clock.at(this.clock.now() + LONGEST_HOLD_MS, release);
  }

  private releaseAll(): void {
    for (const release of this.held) release();
  }
}

const isTorn = ({ rule }: ArmedRule<MessageRule>): number => Number(rule.fault === 'notification-malformed');

/** A malformed message can no longer be forged. */
const tornLast = (left: ArmedRule<MessageRule>, right: ArmedRule<MessageRule>): number => isTorn(left) - isTorn(right);

function withFault(outgoing: readonly Outgoing[], rule: MessageRule): readonly Outgoing[] {
  switch (rule.fault) {
    case 'notification-lost':
      return [];
    case 'notification-doubled':
      return outgoing.flatMap((one) => [one, one]);
    case 'notification-late':
      return outgoing.map(({ message }) => ({ message, delayMs: rule.by }));
    case 'notification-forged':
      return outgoing.flatMap((one) => [{ ...one, message: forge(one.message, rule.as) }, one]);
    case 'notification-malformed':
      return outgoing.map((one) => ({ ...one, message: malform(one.message) }));
    case 'notification-reordered':
      return outgoing;
  }
}
