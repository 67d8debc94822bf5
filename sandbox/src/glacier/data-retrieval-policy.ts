import type { Glacier } from './environment';
import { GlacierError, invalidParameter, missingParameter } from './errors';
import { type GlacierRequest, readJsonObject, type Reply } from './http';
import type { RetrievalRule } from './model';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** AWS spreads a retrieval's bytes over four hours, the duration of a Standard job, to compute its rate. */
const HOURS_OF_RETRIEVAL = 4;
/** One day's share of the free 10 GB a month. */
const FREE_BYTES_PER_DAY = Math.floor((10 * 1024 ** 3) / 30);

export function getDataRetrievalPolicy(glacier: Glacier): Reply {
  const rule = glacier.store.retrievalRule;
  const BytesPerHour = rule.strategy === 'BytesPerHour' ? rule.bytesPerHour : null;
  return { status: 200, json: { Policy: { Rules: [{ BytesPerHour, Strategy: rule.strategy }] } } };
}

/** Applies from now on, and includes earlier requests. */
export function setDataRetrievalPolicy(glacier: Glacier, request: GlacierRequest): Reply {
  const { Policy: policy } = readJsonObject(request);
  glacier.store.record({ type: 'retrieval-rule-set', rule: ruleOf(policy) });
  return { status: 204 };
}

function ruleOf(policy: unknown): RetrievalRule {
  const rules: unknown = member(policy, 'Rules');
  if (rules === null) throw missingParameter('Rules');
  if (!Array.isArray(rules) || rules.length !== 1) {
    throw invalidParameter('A data retrieval policy has exactly one rule.');
  }
  const [rule] = rules as unknown[];
  const strategy = member(rule, 'Strategy');
  const bytesPerHour = member(rule, 'BytesPerHour');
  if (strategy === null) throw missingParameter('Strategy');
  if (strategy === 'None' || strategy === 'FreeTier') {
    if (bytesPerHour !== null) throw invalidParameter(`BytesPerHour is not allowed with the strategy ${strategy}.`);
    return { strategy };
  }
  if (strategy !== 'BytesPerHour') throw invalidParameter(`Invalid strategy: ${JSON.stringify(strategy)}`);
  if (bytesPerHour === null) throw missingParameter('BytesPerHour');
  if (typeof bytesPerHour !== 'number' || !Number.isInteger(bytesPerHour) || bytesPerHour < 1) {
    throw invalidParameter(`Invalid BytesPerHour: ${JSON.stringify(bytesPerHour)}`);
  }
  return { strategy, bytesPerHour };
}

const member = (value: unknown, name: string): unknown =>
  (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : null) ?? null;

/**
 * Checks that the account may retrieve this many more bytes by a Standard job. `FreeTier` counts the UTC day, `BytesPerHour`
 * the last four hours, a quarter of whose bytes is the rate.
 * @throws GlacierError PolicyEnforcedException
 */
export function requireRetrievalAllowed({ store, now }: Glacier, bytes: number): void {
  const limit = limitAt(store.retrievalRule, now());
  if (limit !== null && store.retrievals.bytesSince(limit.fromMs) + bytes > limit.bytes) {
    throw new GlacierError(
      'PolicyEnforcedException',
      400,
      'InitiateJob request denied by current data retrieval policy.',
    );
  }
}

function limitAt(rule: RetrievalRule, nowMs: number): { readonly fromMs: number; readonly bytes: number } | null {
  switch (rule.strategy) {
    case 'None':
      return null;
    case 'FreeTier':
      return { fromMs: nowMs - (nowMs % DAY_MS), bytes: FREE_BYTES_PER_DAY };
    case 'BytesPerHour':
      return { fromMs: nowMs - HOURS_OF_RETRIEVAL * HOUR_MS, bytes: HOURS_OF_RETRIEVAL * rule.bytesPerHour };
  }
}
