import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { S3Error } from './errors';
import { DAY_MS, midnightFrom } from './midnight';
import { parseDocument, refusedElement } from './xml';

const inRules = (what: string) => refusedElement(`${what} in a lifecycle rule`);

const Filter = z.union([
  z.string().regex(/^\s*$/),
  z.strictObject({
    Prefix: z.string().optional(),
    Tag: inRules('a Tag filter'),
    And: inRules('an And filter'),
    ObjectSizeGreaterThan: inRules('an ObjectSizeGreaterThan filter'),
    ObjectSizeLessThan: inRules('an ObjectSizeLessThan filter'),
  }),
]);

const Rule = z
  .strictObject({
    ID: z.string().min(1).max(255).optional(),
    Status: z.enum(['Enabled', 'Disabled']),
    /** The place of the prefix before filters were introduced. */
    Prefix: z.string().optional(),
    Filter: Filter.optional(),
    AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: z.string() }).optional(),
    Expiration: z
      .strictObject({
        Days: z.string(),
        Date: inRules('an Expiration Date'),
        ExpiredObjectDeleteMarker: inRules('ExpiredObjectDeleteMarker'),
      })
      .optional(),
    NoncurrentVersionExpiration: inRules('NoncurrentVersionExpiration'),
    NoncurrentVersionTransition: inRules('NoncurrentVersionTransition'),
    Transition: inRules('a Transition'),
  })
  .refine(({ Prefix, Filter }) => (Prefix === undefined) !== (Filter === undefined), 'either a Filter or a Prefix')
  .transform((rule) => ({ ...rule, ID: rule.ID ?? randomUUID() }));
/** As its document has it. */
export type LifecycleRule = z.infer<typeof Rule>;

const LifecycleConfiguration = z.strictObject({ Rule: z.array(Rule).min(1).max(1000) });
export type LifecycleConfiguration = z.infer<typeof LifecycleConfiguration>;

/**
 * The rules of a document, all of which the sandbox can execute.
 * @throws S3Error MalformedXML, InvalidArgument, InvalidRequest; NotImplemented for any other action or filter
 */
export function parseLifecycle(document: string): LifecycleConfiguration {
  const configuration = parseDocument(document, 'LifecycleConfiguration', LifecycleConfiguration);
  const rules = configuration.Rule;
  for (const { AbortIncompleteMultipartUpload, Expiration } of rules) {
    if (AbortIncompleteMultipartUpload === undefined && Expiration === undefined) {
      throw new S3Error('InvalidRequest', 'At least one action needs to be specified in a rule');
    }
    assertDays(
      "'DaysAfterInitiation' for AbortIncompleteMultipartUpload",
      AbortIncompleteMultipartUpload?.DaysAfterInitiation,
    );
    assertDays("'Days' for Expiration", Expiration?.Days);
  }
  if (new Set(rules.map((rule) => rule.ID)).size < rules.length) {
    throw new S3Error('InvalidArgument', 'Rule ID must be unique. Found same ID for one or more rules');
  }
  return configuration;
}

function assertDays(what: string, days: string | undefined): void {
  if (days === undefined || /^[1-9]\d{0,9}$/.test(days)) return;
  throw new S3Error('InvalidArgument', `${what} action must be a positive integer`);
}

/** When a rule applies, and which one. */
interface DueAction {
  readonly atMs: number;
  readonly ruleId: string;
}

/** When an upload of the key is aborted; null: never. */
export const abortDue = (
  lifecycle: LifecycleConfiguration | null,
  key: string,
  initiatedMs: number,
): DueAction | null =>
  earliest(lifecycle, key, initiatedMs, (rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation);

/** When the current object of the key expires; null: never. */
export const expirationDue = (
  lifecycle: LifecycleConfiguration | null,
  key: string,
  modifiedMs: number,
): DueAction | null => earliest(lifecycle, key, modifiedMs, (rule) => rule.Expiration?.Days);

function earliest(
  lifecycle: LifecycleConfiguration | null,
  key: string,
  fromMs: number,
  daysOf: (rule: LifecycleRule) => string | undefined,
): DueAction | null {
  const due = (lifecycle?.Rule ?? []).flatMap((rule) => {
    const days = daysOf(rule);
    if (days === undefined || rule.Status === 'Disabled' || !key.startsWith(prefixOf(rule))) return [];
    return [{ atMs: midnightFrom(fromMs + Number(days) * DAY_MS), ruleId: rule.ID }];
  });
  return due.sort((a, b) => a.atMs - b.atMs)[0] ?? null;
}

const prefixOf = ({ Prefix, Filter }: LifecycleRule): string =>
  Prefix ?? (typeof Filter === 'object' ? Filter.Prefix : undefined) ?? '';
