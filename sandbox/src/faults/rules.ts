import { z } from 'zod';
import { durationMs } from '../duration';
import { SettingsError } from '../settings-error';
import { readYamlFile } from '../yaml-file';

const count = z.number().int().min(1);
const bytes = z.number().int().min(0);

/** Which of the matching occurrences get the fault; without any of these, all of them. */
const selection = {
  /** The probability for each, drawn from the seed. */
  probability: z.number().gt(0).max(1).optional(),
  /** Only these, counted from 1. */
  at: z.array(count).min(1).optional(),
  /** Every n-th. */
  every: count.optional(),
  /** At most this many. */
  times: count.optional(),
};

/** Facts that an occurrence must have, by their names in the call log; `*` matches anything. */
const where = z.record(z.string(), z.union([z.string(), z.number()])).default({});

const OPERATION = /^(\*|glacier|s3|sns|sqs):[A-Za-z*]+$/;
const operation = z.string().regex(OPERATION, 'write it as glacier:GetJobOutput, s3:* or *:*');
const operations = z.union([operation, z.array(operation).min(1)]).transform((one) => [one].flat());

const callFault = <Name extends string, Shape extends z.ZodRawShape>(fault: Name, shape: Shape) =>
  z.strictObject({ fault: z.literal(fault), on: operations, where, ...selection, ...shape });

/** Faults of jobs apply when a job is initiated, those of messages when Glacier publishes that a job has ended. */
const glacierFault = <Name extends string, Shape extends z.ZodRawShape>(fault: Name, shape: Shape) =>
  z.strictObject({ fault: z.literal(fault), where, ...selection, ...shape });

const callRule = z.discriminatedUnion('fault', [
  callFault('error', {
    code: z.string().min(1),
    status: z.number().int().min(400).max(599).optional(),
    message: z.string().optional(),
  }),
  callFault('error-in-success', {
    code: z.string().min(1),
    message: z.string().default('We encountered an internal error. Please try again.'),
  }),
  callFault('reset', { afterBytes: bytes.default(0) }),
  callFault('slow', { bytesPerSecond: count }),
  callFault('truncate', { afterBytes: bytes, contentLength: z.enum(['kept', 'adjusted']) }),
  callFault('flip-bit', { byte: bytes.optional() }),
  callFault('header', { header: z.string().min(1), value: z.string().nullable() }),
  callFault('ignore-range', {}),
  callFault('lose-reply', {}),
  callFault('expire-job', {}),
  callFault('abort-upload', {}),
]);

const jobRule = z.discriminatedUnion('fault', [
  glacierFault('job-fails', { message: z.string().default('The job failed.') }),
  glacierFault('job-expires', { after: durationMs }),
  glacierFault('job-announced-early', {}),
]);

const FORGERIES = ['foreign-account', 'foreign-vault', 'unknown-job', 'other-archive', 'other-status'] as const;

const messageRule = z.discriminatedUnion('fault', [
  glacierFault('notification-lost', {}),
  glacierFault('notification-doubled', {}),
  glacierFault('notification-late', { by: durationMs }),
  glacierFault('notification-reordered', {}),
  glacierFault('notification-forged', { as: z.enum(FORGERIES) }),
  glacierFault('notification-malformed', {}),
]);

const rule = z.discriminatedUnion('fault', [callRule, jobRule, messageRule]);

/** What `--faults FILE` and the control endpoint take. */
export const faultScript = z.strictObject({
  /** Seeds probabilities, bytes and bits. */
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  rules: z.array(rule),
});

export type FaultScript = z.input<typeof faultScript>;
export type Rule = z.output<typeof rule>;
export type CallRule = z.output<typeof callRule>;
export type JobRule = z.output<typeof jobRule>;
export type MessageRule = z.output<typeof messageRule>;
export type Forgery = (typeof FORGERIES)[number];

const namesIn = (union: typeof callRule | typeof jobRule | typeof messageRule): ReadonlySet<string> =>
  new Set(union.options.flatMap((option) => [...option.shape.fault.values]));
const CALL_FAULTS = namesIn(callRule);
const JOB_FAULTS = namesIn(jobRule);

export const isCallRule = (rule: Rule): rule is CallRule => CALL_FAULTS.has(rule.fault);
export const isJobRule = (rule: Rule): rule is JobRule => JOB_FAULTS.has(rule.fault);
export const isMessageRule = (rule: Rule): rule is MessageRule => !isCallRule(rule) && !isJobRule(rule);

/** Every fault that a rule can name. */
export const FAULT_NAMES: readonly string[] = [callRule, jobRule, messageRule].flatMap((union) => [...namesIn(union)]);

/** Reads the file of `--faults`, YAML or JSON. @throws SettingsError with every problem */
export async function loadFaultScript(file: string): Promise<FaultScript> {
  const reading = await readYamlFile(file);
  if ('problem' in reading) throw SettingsError.inFile(file, [reading.problem]);
  const checked = faultScript.safeParse(reading.value);
  if (checked.success) return reading.value as FaultScript;
  const problems = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  throw SettingsError.inFile(file, problems);
}
