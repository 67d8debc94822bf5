import { z } from 'zod';

/** A policy document, as far as AddPermission and RemovePermission must know it. */
const documentSchema = z.looseObject({
  Statement: z
    .union([z.looseObject({ Sid: z.string().optional() }), z.array(z.looseObject({ Sid: z.string().optional() }))])
    .transform((value) => [value].flat()),
});

export interface Permission {
  /** Sid of the statement. */
  readonly label: string;
  readonly accountIds: readonly string[];
  /** With the service's prefix, `SQS:SendMessage`. */
  readonly actions: readonly string[];
  readonly resource: string;
}

const oneOrMany = (values: readonly string[]): string | readonly string[] => {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : values;
};

const statementsOf = (policy: string) => documentSchema.parse(JSON.parse(policy)).Statement;

export const hasStatement = (policy: string | undefined, label: string): boolean =>
  policy !== undefined && statementsOf(policy).some(({ Sid }) => Sid === label);

/** The policy with one more statement, laid out as AWS does it. */
export function withPermission(
  policy: string | undefined,
  { label, accountIds, actions, resource }: Permission,
  newPolicyId: string,
): string {
  const document =
    policy === undefined
      ? { Version: '2008-10-17', Id: newPolicyId, Statement: [] }
      : documentSchema.parse(JSON.parse(policy));
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: oneOrMany(accountIds.map((id) => `arn:${resource.split(':')[1]}:iam::${id}:root`)) },
    Action: oneOrMany(actions),
    Resource: resource,
  };
  return JSON.stringify({ ...document, Statement: [...document.Statement, statement] });
}

/** The policy without the statement; null when none is left. */
export function withoutPermission(policy: string, label: string): string | null {
  const document = documentSchema.parse(JSON.parse(policy));
  const rest = document.Statement.filter(({ Sid }) => Sid !== label);
  return rest.length === 0 ? null : JSON.stringify({ ...document, Statement: rest });
}
