import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { type Policy, problemsOf, readPolicy } from '../policy/document';
import { SettingsError } from '../settings-error';
import { readYamlFile } from '../yaml-file';
import { type Principal, userOf } from './principal';

/** One access key and its principal. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials; requests have to carry it. */
  readonly sessionToken: string | null;
  /** Real time, milliseconds since 1970. */
  readonly expiresAtMs: number | null;
  readonly principal: Principal;
}

const required = (what: string) => ({ error: `must be ${what}` });
const text = z.string(required('a text')).min(1, required('a text'));

const fileSchema = z.strictObject({
  keys: z.array(
    z.strictObject({
      accessKeyId: text,
      secretAccessKey: text,
      user: text.optional(),
      sessionToken: text.optional(),
      expiresAt: z.iso.datetime({ offset: true, ...required('a time such as 2026-12-01T00:00:00Z') }).optional(),
      policy: z.union([text, z.looseObject({})], required('a path or a policy document')).optional(),
    }),
  ),
});
type KeyEntry = z.output<typeof fileSchema>['keys'][number];

/**
 * Reads the file of `--credentials`: access keys, in YAML or JSON.
 * @param accountId whose users the keys belong to
 * @returns by access key id
 * @throws SettingsError with a sentence for each problem of the file and of its policies
 */
export async function loadCredentials(file: string, accountId: string): Promise<ReadonlyMap<string, AccessKey>> {
  const problems: string[] = [];
  const keys = new Map<string, AccessKey>();
  for (const [index, entry] of (await readEntries(file, problems)).entries()) {
    const report = (problem: string): number => problems.push(`keys.${index} (${entry.accessKeyId}): ${problem}`);
    if (keys.has(entry.accessKeyId)) report('an earlier key has the same accessKeyId.');
    keys.set(entry.accessKeyId, accessKey(entry, accountId, await loadPolicy(entry, file, report)));
  }
  if (problems.length > 0) throw SettingsError.inFile(file, problems);
  return keys;
}

async function readEntries(file: string, problems: string[]): Promise<readonly KeyEntry[]> {
  const reading = await readYamlFile(file);
  if ('problem' in reading) {
    problems.push(reading.problem);
    return [];
  }
  const result = fileSchema.safeParse(reading.value);
  if (result.success) return result.data.keys;
  for (const { path, message } of result.error.issues) problems.push(`${path.join('.') || 'the file'}: ${message}.`);
  return [];
}

async function loadPolicy(
  { policy }: KeyEntry,
  file: string,
  report: (problem: string) => void,
): Promise<Policy | null> {
  if (policy === undefined) return null;
  const reading = typeof policy === 'string' ? await readYamlFile(resolve(dirname(file), policy)) : { value: policy };
  if ('problem' in reading) {
    report(`its policy ${reading.problem}`);
    return null;
  }
  const read = readPolicy(reading.value, 'identity');
  const name = typeof policy === 'string' ? `policy ${policy}` : 'policy';
  for (const problem of problemsOf(read)) report(`its ${name} is not understood: ${problem}.`);
  return read;
}

const accessKey = (entry: KeyEntry, accountId: string, policy: Policy | null): AccessKey => ({
  accessKeyId: entry.accessKeyId,
  secretAccessKey: entry.secretAccessKey,
  sessionToken: entry.sessionToken ?? null,
  expiresAtMs: entry.expiresAt === undefined ? null : Date.parse(entry.expiresAt),
  principal: userOf(accountId, entry.user ?? entry.accessKeyId, policy),
});
