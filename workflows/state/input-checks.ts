import type { JobNotification } from '../../src/wire/job';
import type { Admission, ArchiveReport, PauseGate, ShardReport, ProblemReport } from '../../src/wire/signals';
import type { RunSettings } from '../../src/wire/request';

/**
 * Checks of workflow inputs and signals. Every activity validates the settings it gets; here it is enough that a value
 * does not cause an error in workflow code, which would block the workflow.
 */
export type InputCheck<Value> = (value: unknown) => value is Value;

type Check = (value: unknown) => boolean;
type Checks<Value> = { readonly [Field in keyof Value]-?: Check };

const text: Check = (value) => typeof value === 'string';
const flag: Check = (value) => typeof value === 'boolean';
const whole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const positive: Check = (value) => Number.isFinite(value) && (value as number) > 0;
const decimal: Check = (value) => typeof value === 'string' && /^\d{1,24}$/.test(value);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const mapOf =
  (check: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(check);
const form =
  <Value>(checks: Checks<Value>): InputCheck<Value> =>
  (value): value is Value =>
    isRecord(value) && Object.entries<Check>(checks).every(([field, check]) => check(value[field]));

const throttle = form({ requestsPerSecond: positive });
/** A newer worker may send a reason that this one does not know: it stops the run nevertheless. */
const problem = form({ reason: text, message: text });
const byState = (check: Check) => ({
  total: check,
  waiting: check,
  requested: check,
  ready: check,
  moving: check,
  verified: check,
  failed: check,
  skipped: check,
  excluded: check,
});

export const isAdmission = form<Admission>({ sequence: whole, admittedBytes: whole, requestsPerSecond: positive });
export const isPauseGate = form<PauseGate>({ sequence: whole, state: oneOf('open', 'paused', 'probe') });
export const isProblemReport = form<ProblemReport>({ from: whole, problem: nullable(problem) });
export const isRetryNumber: InputCheck<number> = (value): value is number => whole(value);
export const isArchiveReport = form<ArchiveReport>({
  index: whole,
  state: oneOf('waiting', 'requested', 'moving'),
  throttle: optional(nullable(throttle)),
});
const isJobNotification = form<JobNotification>({
  index: Number.isSafeInteger,
  jobId: text,
  status: oneOf('Succeeded', 'Failed', 'Gone'),
  message: text,
});
export const areJobNotifications = listOf(isJobNotification) as InputCheck<readonly JobNotification[]>;
export const isShardReport = form<ShardReport>({
  shard: whole,
  sequence: whole,
  final: flag,
  failures: mapOf(whole),
  throttle: nullable(throttle),
  retries: whole,
  neededBytes: whole,
  requestedBytes: whole,
  archives: form(byState(whole)),
  bytes: form(byState(decimal)),
});

/** What a workflow reads from the settings before an activity has validated them. */
export const areSettings = form<Pick<RunSettings, 'run'>>({ run: text }) as InputCheck<RunSettings>;
export { flag, form, positive, text, whole };
