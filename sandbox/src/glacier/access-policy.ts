import { z } from 'zod';
import { jsonOrNull } from '../json';
import { type Glacier, requireVault } from './environment';
import { invalidParameter, missingParameter, notFound } from './errors';
import { type GlacierRequest, readJsonObject, textMember, type Reply } from './http';

export function getVaultAccessPolicy(glacier: Glacier, { path }: GlacierRequest): Reply {
  const { accessPolicy } = requireVault(glacier, path.vault);
  if (accessPolicy === null) throw notFound(`No vault access policy is set for: ${glacier.vaultArn(path.vault)}`);
  return { status: 200, json: { Policy: accessPolicy } };
}

export function setVaultAccessPolicy(glacier: Glacier, request: GlacierRequest): Reply {
  const { vault } = request.path;
  requireVault(glacier, vault);
  const policy = readPolicyText(request, 'vault access');
  glacier.store.record({ type: 'access-policy-set', vault, policy });
  return { status: 204 };
}

/** Succeeds even if there is none. */
export function deleteVaultAccessPolicy(glacier: Glacier, { path: { vault } }: GlacierRequest): Reply {
  requireVault(glacier, vault);
  glacier.store.record({ type: 'access-policy-set', vault, policy: null });
  return { status: 204 };
}

const MOST_BYTES = 20 * 1024;

const texts = z.union([z.string(), z.array(z.string()).min(1)]);
const conditionValue = z.union([z.string(), z.number(), z.boolean()]);
const conditions = z.record(
  z.string(),
  z.record(z.string(), z.union([conditionValue, z.array(conditionValue).min(1)])),
);
const principals = z.union([z.literal('*'), z.record(z.string(), texts)]);

/** The elements of a statement, by the IAM grammar; a resource policy names its principals. */
const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: principals.optional(),
    NotPrincipal: principals.optional(),
    Action: texts.optional(),
    NotAction: texts.optional(),
    Resource: texts.optional(),
    NotResource: texts.optional(),
    Condition: conditions.optional(),
  })
  .refine((s) => (s.Principal === undefined) !== (s.NotPrincipal === undefined), 'needs Principal or NotPrincipal')
  .refine((s) => (s.Action === undefined) !== (s.NotAction === undefined), 'needs Action or NotAction')
  .refine((s) => (s.Resource === undefined) !== (s.NotResource === undefined), 'needs Resource or NotResource');

const document = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement).min(1)]),
});

/**
 * The policy in a body `{"Policy": "JSON text"}`, as its text.
 * @param kind for the error message: 'vault lock' or 'vault access'
 * @throws GlacierError unless it is a policy document of at most 20 KB
 */
export function readPolicyText(request: GlacierRequest, kind: string): string {
  const text = textMember(readJsonObject(request), 'Policy');
  if (text === null) throw missingParameter('Policy');
  if (Buffer.byteLength(text) > MOST_BYTES || !document.safeParse(jsonOrNull(text)).success) {
    throw invalidParameter(`The specified ${kind} policy is invalid. Provide a valid policy.`);
  }
  return text;
}
