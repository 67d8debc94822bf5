import { z } from 'zod';
import { jsonOrNull } from '../json';
import { notUnderstood } from './conditions';

/** An identity policy belongs to a user and names no principal; a resource policy has to name them. */
type PolicyKind = 'identity' | 'resource';

const list = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const plainValue = z.union([z.string(), z.boolean(), z.number()]);
const conditionValues = z.union([plainValue, z.array(plainValue)]).transform((value) => [value].flat().map(String));

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.strictObject({ AWS: list.optional(), Service: list.optional() })]).optional(),
  Action: list.optional(),
  NotAction: list.optional(),
  Resource: list.optional(),
  NotResource: list.optional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).default({}),
});
export type Statement = z.output<typeof statementSchema>;

/** A statement, or why it cannot be understood. */
type StatementReading = Statement | { readonly reason: string };

export type Policy = readonly StatementReading[];

const documentSchema = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([z.looseObject({}), z.array(z.looseObject({}))]).transform((value) => [value].flat()),
});

/** What the services check when a policy is set: JSON with statements. */
export function isPolicyDocument(text: string): boolean {
  try {
    return z.looseObject({ Statement: documentSchema.shape.Statement }).safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/**
 * Reads a policy, part by part: parts that are not understood are kept as such, because they must be neither skipped nor
 * obeyed.
applied. JSON text or what it stands for
 */
export function readPolicy(document: unknown, kind: PolicyKind): Policy {
  const value = typeof document === 'string' ? jsonOrNull(document) : document;
  const reading = documentSchema.safeParse(value);
  if (!reading.success) return [{ reason: `the document: ${sentence(reading.error)}` }];
  return reading.data.Statement.map((raw) => readStatement(raw, kind));
}

/** Every part of a policy that is not understood, as phrases. */
export const problemsOf = (policy: Policy): readonly string[] =>
  policy.flatMap((statement, index) => {
    const reason = 'reason' in statement ? statement.reason : notUnderstood(statement.Condition);
    return reason === null ? [] : [policy.length === 1 ? reason : `statement ${index + 1}: ${reason}`];
  });

function readStatement(raw: unknown, kind: PolicyKind): StatementReading {
  const reading = statementSchema.safeParse(raw);
  if (!reading.success) return { reason: sentence(reading.error) };
  const statement = reading.data;
  const reason = shapeProblem(statement, kind);
  return reason === null ? statement : { reason };
}

/** What the shape of a statement rules out beyond its schema. */
function shapeProblem(statement: Statement, kind: PolicyKind): string | null {
  const { Principal: principal, Action: actions, NotAction: notActions } = statement;
  const { Resource: resources, NotResource: notResources } = statement;
  if ((actions === undefined) === (notActions === undefined)) return 'it needs either Action or NotAction';
  if ((resources === undefined) === (notResources === undefined)) return 'it needs either Resource or NotResource';
  if (kind === 'identity' && principal !== undefined) return 'an identity policy has no Principal';
  if (kind === 'resource' && principal === undefined) return 'a resource policy needs a Principal';
  const variable = [...(resources ?? notResources ?? [])].find((resource) => resource.includes('${'));
  return variable === undefined ? null : `policy variable in ${variable}`;
}

const sentence = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ');
