import type { Clock } from '../clock';
import type { JobFaults } from '../glacier';
import type { Incoming } from '../server';
import type { Call, Reply } from '../service';
import { ArmedRule, type Facts } from './armed-rule';
import { answerWithFaults, type Effects } from './call-faults';
import { factsOfMessage } from './message-faults';
import { Notifier, type Deliver } from './notifier';
import { faultScript, isCallRule, isJobRule, isMessageRule, type Rule, type JobRule } from './rules';

/** How often one rule was applied. */
export interface RuleReport {
  readonly rule: Rule;
  /** Occurrences that matched the rule. */
  readonly matched: number;
  readonly injected: number;
}

/** All active fault rules. */
export class Faults {
  private rules: readonly ArmedRule[] = [];

  /** Adds the rules of a {@link FaultScript} to the active ones. @throws z.ZodError naming every problem */
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

  /** Answers a call, with its faults. Null: the connection is reset without an answer. */
  async answer(incoming: Incoming, effects: Effects, signal: AbortSignal): Promise<Reply | null> {
    const { call, recognised } = incoming;
    const matching = this.matching(isCallRule, `${call.service}:${call.operation}`, call.detail);
    if (matching.length === 0) return recognised.answer(signal);
    note(
      call,
      matching.map(({ rule }) => rule),
    );
    return answerWithFaults(incoming, matching, effects, signal);
  }

  /** The faults of a job that a call initiates. */
  ofJob(call: Call, facts: Facts): JobFaults {
    const matching = this.matching(isJobRule, 'glacier:InitiateJob', facts).map(({ rule }) => rule);
    note(call, matching);
    return jobFaultsBy(matching);
  }

  /** Publishes Glacier's notifications, with their faults. */
  notifier(clock: Clock, deliver: Deliver): Deliver {
    const notifier = new Notifier(clock, deliver);
    return (topicArn, message) => {
      const matching = this.matching(isMessageRule, 'glacier:Notify', () => factsOfMessage(message));
      notifier.notify(topicArn, message, matching);
    };
  }

  private matching<R extends Rule>(
    isKind: (rule: Rule) => rule is R,
    operation: string,
    facts: Facts | (() => Facts),
  ): readonly ArmedRule<R>[] {
    const ofKind = this.rules.filter((armed): armed is ArmedRule<R> => isKind(armed.rule));
    if (ofKind.length === 0) return [];
    const known = typeof facts === 'function' ? facts() : facts;
    return ofKind.filter((armed) => armed.applies(operation, known));
  }
}

/** Records a call's faults in the call log. */
function note(call: Call, rules: readonly Rule[]): void {
  if (rules.length === 0) return;
  call.detail['fault'] = [call.detail['fault'] ?? [], ...rules.map(({ fault }) => fault)].flat().join(' ');
}

/** The combined faults of the rules that matched a job. */
const jobFaultsBy = (rules: readonly JobRule[]): JobFaults =>
  Object.assign({}, ...rules.map(jobFaultsByRule)) as JobFaults;

function jobFaultsByRule(rule: JobRule): JobFaults {
  switch (rule.fault) {
    case 'job-fails':
      return { failsWith: rule.message };
    case 'job-expires':
      return { outputLifeMs: rule.after };
    case 'job-announced-early':
      return { isNotifiedEarly: true };
  }
}
