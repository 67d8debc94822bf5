import type { Clock } from '../clock';
import type { Incoming } from '../server';
import type { JobFate } from '../glacier';
import type { Call, Reply } from '../service';
import { Announcer, type Deliver } from './announcer';
import { ArmedRule, type Facts } from './armed-rule';
import { answerStruck, type Effects } from './call-faults';
import { fateBy } from './job-faults';
import { factsOfMessage } from './message-faults';
import { faultScript, isCallRule, isJobRule, isMessageRule, type Rule } from './rules';

/** How often one rule has struck. */
export interface RuleReport {
  readonly rule: Rule;
  /** Occurrences that it could have struck. */
  readonly matched: number;
  readonly injected: number;
}

/** Everything that goes wrong on command. */
export class Faults {
  private rules: readonly ArmedRule[] = [];

  /** Adds the rules of a {@link FaultScript} to those at work. @throws z.ZodError naming all that is wrong with it */
  add(script: unknown): void {
    const { seed, rules } = faultScript.parse(script);
    const before = this.rules.length;
    this.rules = [...this.rules, ...rules.map((rule, index) => new ArmedRule(rule, seed, before + index + 1))];
  }

  clear(): void {
    this.rules = [];
  }

  report(): readonly RuleReport[] {
    return this.rules.map(({ rule, matched, injected }) => ({ rule, matched, injected }));
  }

  /** Answers a call, with what goes wrong with it. Null: the connection is reset without an answer. */
  async answer(incoming: Incoming, effects: Effects, signal: AbortSignal): Promise<Reply | null> {
    const { call, recognised } = incoming;
    const struck = this.striking(isCallRule, `${call.service}:${call.operation}`, call.detail);
    if (struck.length === 0) return recognised.answer(signal);
    note(
      call,
      struck.map(({ rule }) => rule),
    );
    return answerStruck(incoming, struck, effects, signal);
  }

  /** What is to go wrong with a job that a call asks for. */
  ofJob(call: Call, facts: Facts): JobFate {
    const struck = this.striking(isJobRule, 'glacier:InitiateJob', facts).map(({ rule }) => rule);
    note(call, struck);
    return fateBy(struck);
  }

  /** What publishes Glacier's messages. */
  announcer(clock: Clock, deliver: Deliver): Deliver {
    const announcer = new Announcer(clock, deliver);
    return (topicArn, message) => {
      const struck = this.striking(isMessageRule, 'glacier:Notify', () => factsOfMessage(message));
      announcer.announce(topicArn, message, struck);
    };
  }

  private striking<R extends Rule>(
    isKind: (rule: Rule) => rule is R,
    operation: string,
    facts: Facts | (() => Facts),
  ): readonly ArmedRule<R>[] {
    const ofKind = this.rules.filter((armed): armed is ArmedRule<R> => isKind(armed.rule));
    if (ofKind.length === 0) return [];
    const known = typeof facts === 'function' ? facts() : facts;
    return ofKind.filter((armed) => armed.strikes(operation, known));
  }
}

/** Says in the call log what has struck a call. */
function note(call: Call, rules: readonly Rule[]): void {
  if (rules.length === 0) return;
  call.detail['fault'] = [call.detail['fault'] ?? [], ...rules.map(({ fault }) => fault)].flat().join(' ');
}
