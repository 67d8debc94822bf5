import { z } from 'zod';

/** A service that asks to do something to a topic or a queue. */
export interface ServiceRequest {
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys that the service sends, in lower case. */
  readonly conditionKeys: ReadonlyMap<string, string>;
}

/** `not-understood` refuses too: a part of a policy that decides and cannot be read is never skipped. */
export type Verdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'not-understood'; readonly reason: string };

const list = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const conditionValues = z
  .union([z.string(), z.boolean(), z.array(z.union([z.string(), z.boolean()]))])
  .transform((value) => [value].flat().map(String));

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.strictObject({ AWS: list.optional(), Service: list.optional() })]),
  Action: list,
  Resource: list,
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).default({}),
});
type Statement = z.output<typeof statementSchema>;

const documentSchema = z.looseObject({
  Statement: z.union([z.looseObject({}), z.array(z.looseObject({}))]).transform((value) => [value].flat()),
});

/** What the services check when a policy is set: JSON with statements. */
export const isPolicyDocument = (text: string): boolean => readDocument(text) !== null;

function readDocument(text: string): readonly unknown[] | null {
  try {
    return documentSchema.parse(JSON.parse(text)).Statement;
  } catch {
    return null;
  }
}

/** Keys that exist, sent or not: a condition on one that the service does not send is simply not met. */
const KNOWN_KEYS = new Set(['aws:securetransport', 'aws:sourceaccount', 'aws:sourcearn', 'aws:sourceowner']);

const matchesPattern = (actual: string, pattern: string): boolean => {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(actual);
};

const fieldsOfArn = (arn: string): readonly string[] => [...arn.split(':', 5), arn.split(':').slice(5).join(':')];

/** ArnEquals and ArnLike are the same: each of the six fields may hold wildcards (IAM guide, condition operators). */
function matchesArn(actual: string, pattern: string): boolean {
  const actualFields = fieldsOfArn(actual);
  return fieldsOfArn(pattern).every((field, index) => matchesPattern(actualFields[index] ?? '', field));
}

const OPERATORS: ReadonlyMap<string, (actual: string, wanted: string) => boolean> = new Map([
  ['ArnEquals', matchesArn],
  ['ArnLike', matchesArn],
  ['Bool', (actual, wanted) => actual === wanted.toLowerCase()],
  ['StringEquals', (actual, wanted) => actual === wanted],
  ['StringLike', matchesPattern],
]);

/**
 * Decides by a resource policy whether a service may act: an explicit Deny wins, else one Allow is needed. It knows the
 * operators StringEquals, StringLike, ArnEquals, ArnLike and Bool, and four condition keys.
 */
export function evaluatePolicy(policy: string | undefined, request: ServiceRequest): Verdict {
  if (policy === undefined) return { kind: 'refused' };
  const effects = new Set<Statement['Effect']>();
  for (const raw of readDocument(policy) ?? []) {
    const parsed = statementSchema.safeParse(raw);
    if (!parsed.success) return { kind: 'not-understood', reason: z.prettifyError(parsed.error) };
    if (!concerns(parsed.data, request)) continue;
    const reason = unknownCondition(parsed.data);
    if (reason !== null) return { kind: 'not-understood', reason };
    if (conditionsMet(parsed.data, request)) effects.add(parsed.data.Effect);
  }
  return { kind: effects.has('Allow') && !effects.has('Deny') ? 'allowed' : 'refused' };
}

function concerns(
  { Principal: principal, Action: actions, Resource: resources }: Statement,
  request: ServiceRequest,
): boolean {
  return (
    (principal === '*' ||
      principal.AWS?.includes('*') === true ||
      principal.Service?.includes(request.service) === true) &&
    actions.some((action) => matchesPattern(request.action.toLowerCase(), action.toLowerCase())) &&
    resources.some((resource) => matchesPattern(request.resource, resource))
  );
}

function unknownCondition({ Condition: condition }: Statement): string | null {
  for (const [operator, comparisons] of Object.entries(condition)) {
    if (!OPERATORS.has(operator)) return `condition operator ${operator}`;
    const key = Object.keys(comparisons).find((name) => !KNOWN_KEYS.has(name.toLowerCase()));
    if (key !== undefined) return `condition key ${key}`;
  }
  return null;
}

const conditionsMet = ({ Condition: condition }: Statement, { conditionKeys }: ServiceRequest): boolean =>
  Object.entries(condition).every(([operator, comparisons]) =>
    Object.entries(comparisons).every(([key, wanted]) => {
      const actual = conditionKeys.get(key.toLowerCase());
      const compare = OPERATORS.get(operator);
      return actual !== undefined && compare !== undefined && wanted.some((value) => compare(actual, value));
    }),
  );
