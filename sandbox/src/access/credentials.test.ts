import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCredentials } from './credentials';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(text: string, files: Readonly<Record<string, string>> = {}) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, 'keys.yaml'), text);
  return loadCredentials(join(folder, 'keys.yaml'), '111122223333');
}

/** The sentences of a refusal, without the file's folder. */
async function problems(text: string, files?: Readonly<Record<string, string>>): Promise<readonly string[]> {
  try {
    await load(text, files);
  } catch (error) {
    const [head, ...lines] = (error as Error).message.replaceAll(`${folder}/`, '').split('\n');
    if (head === 'keys.yaml cannot be used:') return lines;
    throw error;
  }
  throw new Error('the file was accepted');
}

const POLICY = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'glacier:*', Resource: '*' } };

it('reads keys by id, with a policy in another file, inline, or none', async () => {
  const keys = await load(
    `
keys:
  - accessKeyId: AKIAPLANNER
    secretAccessKey: secret
    user: planner
    sessionToken: tok
    expiresAt: 2026-12-01T00:00:00Z
    policy: planner.json
  - accessKeyId: AKIACOPIER
    secretAccessKey: other
    policy:
      Statement:
        - { Effect: Allow, Action: 's3:PutObject', Resource: '*' }
  - { accessKeyId: AKIAFREE, secretAccessKey: free }
`,
    { 'planner.json': JSON.stringify(POLICY, null, '\t') },
  );
  expect([...keys.keys()]).toEqual(['AKIAPLANNER', 'AKIACOPIER', 'AKIAFREE']);
  expect(keys.get('AKIAPLANNER')).toEqual({
    accessKeyId: 'AKIAPLANNER',
    secretAccessKey: 'secret',
    sessionToken: 'tok',
    expiresAtMs: Date.UTC(2026, 11, 1),
    principal: {
      arn: 'arn:aws:iam::111122223333:user/planner',
      accountId: '111122223333',
      policy: [expect.objectContaining({ Effect: 'Allow', Action: ['glacier:*'] })],
    },
  });
  expect(keys.get('AKIACOPIER')).toMatchObject({
    sessionToken: null,
    expiresAtMs: null,
    principal: { arn: 'arn:aws:iam::111122223333:user/AKIACOPIER' },
  });
  expect(keys.get('AKIAFREE')?.principal.policy).toBeNull();
});

it('reads credentials in JSON', async () => {
  expect(
    (await load(JSON.stringify({ keys: [{ accessKeyId: 'A', secretAccessKey: 'b', policy: POLICY }] }))).size,
  ).toBe(1);
});

it('reports every problem of the credentials file', async () => {
  expect(
    await problems(`
keys:
  - accessKeyId: A
    expiresAt: tomorrow
    colour: red
  - secretAccessKey: ''
`),
  ).toEqual([
    '- keys.0.secretAccessKey: must be a text.',
    '- keys.0.expiresAt: must be a time such as 2026-12-01T00:00:00Z.',
    '- keys.0: Unrecognized key: "colour".',
    '- keys.1.accessKeyId: must be a text.',
    '- keys.1.secretAccessKey: must be a text.',
  ]);
});

it('reports every problem of the policies in the credentials file', async () => {
  const keys = ['missing.json', 'broken.json', 'odd.json'].map((policy, index) => ({
    accessKeyId: `A${index}`,
    secretAccessKey: 'b',
    policy,
  }));
  const odd = {
    Statement: [
      POLICY.Statement,
      { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
      { ...POLICY.Statement, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
    ],
  };
  const lines = await problems(JSON.stringify({ keys: [...keys, { ...keys[0], policy: POLICY }] }), {
    'broken.json': '{',
    'odd.json': JSON.stringify(odd),
  });
  expect(lines.join('\n')).toContain('- keys.0 (A0): its policy missing.json cannot be read: Error: ENOENT');
  expect(lines.join('\n')).toContain('- keys.1 (A1): its policy broken.json cannot be read: ');
  expect(lines.slice(-3)).toEqual([
    '- keys.2 (A2): its policy odd.json is not understood: statement 2: an identity policy has no Principal.',
    '- keys.2 (A2): its policy odd.json is not understood: statement 3: condition key aws:PrincipalOrgID.',
    '- keys.3 (A0): an earlier key has the same accessKeyId.',
  ]);
});

it('rejects a credentials file that is missing or not YAML', async () => {
  await expect(loadCredentials(join(folder, 'none.yaml'), '1')).rejects.toThrow('cannot be read: Error: ENOENT');
  expect((await problems('keys: ['))[0]).toContain('- keys.yaml cannot be read: ');
});
