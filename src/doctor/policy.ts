import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArnParts } from '../aws/arn';
import { packageRoot } from '../temporal/paths';
import type { Destination } from './check';

/** The roles that have a policy in `docs/iam`. */
export const POLICIES = ['setup', 'copier', 'planner', 'deleter'] as const;
export type PolicyName = (typeof POLICIES)[number];

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}
export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

export interface PolicyFacts extends ArnParts, Destination {
  /** ARN of the KMS key that encrypts the bucket; null if no permission is needed. */
  readonly keyArn: string | null;
}

const KEY_STATEMENT = 'UseTheBucketsKey';
const PLACEHOLDER = /\b(PARTITION|REGION|ACCOUNT_ID|VAULT|BUCKET|PREFIX|KEY_ARN)(?![A-Za-z0-9_])/g;

/** A policy of `docs/iam` for one vault, bucket and prefix. Without a key, its statement is omitted. */
export function policyFor(name: PolicyName, facts: PolicyFacts): PolicyDocument {
  const values: Readonly<Record<string, string>> = {
    PARTITION: facts.partition,
    REGION: facts.region,
    ACCOUNT_ID: facts.accountId,
    VAULT: facts.vault,
    BUCKET: facts.bucket,
    PREFIX: escaped(facts.prefix),
    KEY_ARN: facts.keyArn ?? '',
  };
  const file = JSON.parse(readFileSync(join(packageRoot, 'docs/iam', `${name}.json`), 'utf8')) as PolicyDocument;
  const filled = mapTexts(file, (text) => text.replace(PLACEHOLDER, (word) => values[word] ?? word));
  const Statement = filled.Statement.filter(({ Sid }) => Sid !== KEY_STATEMENT || facts.keyArn !== null);
  return { ...filled, Statement };
}

/** Escapes what IAM would read as a wildcard or variable (IAM guide, "Policy variables"). */
const escaped = (text: string): string => text.replace(/[*?$]/g, '${$&}');

function mapTexts<T>(value: T, map: (text: string) => string): T {
  if (typeof value === 'string') return map(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => mapTexts(item, map)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, map)])) as T;
}

/**
 * The key that a policy must name, from the bucket's encryption settings: an ARN unchanged, a key id of the same account,
 * and none for S3's own keys and for `aws/s3`, which every user of the account may use through S3. IAM does not accept
 * aliases: for one, the alias's ARN is returned, to be replaced by a person.
 */
export function keyArnOf(keyId: string | undefined, { partition, region, accountId }: ArnParts): string | null {
  if (keyId === undefined) return null;
  if (keyId.startsWith('arn:')) return keyId;
  return `arn:${partition}:kms:${region}:${accountId}:${keyId.startsWith('alias/') ? keyId : `key/${keyId}`}`;
}
