import { keyArnOf, POLICIES, type PolicyDocument, policyFor } from './policy';

const facts = {
  partition: 'aws-cn',
  region: 'cn-north-1',
  accountId: '111122223333',
  vault: 'REGION',
  bucket: 'films',
  prefix: 'a*b?${c}/',
  keyArn: 'arn:aws-cn:kms:cn-north-1:111122223333:key/k-1',
};
const resourcesOf = ({ Statement }: PolicyDocument): string[] =>
  Statement.flatMap(({ Resource }) => Resource as string | string[]);
const sidsOf = ({ Statement }: PolicyDocument): string[] => Statement.map(({ Sid }) => Sid);

test.each(POLICIES)('the %s policy names its vault, bucket and key and has no placeholder left', (name) => {
  const policy = policyFor(name, facts);
  expect(resourcesOf(policy)).toContain('arn:aws-cn:glacier:cn-north-1:111122223333:vaults/REGION');
  expect(JSON.stringify(policy).replaceAll('vaults/REGION', '')).not.toMatch(/\b[A-Z]{2,}(_[A-Z]+)?\b/);
});

test('a prefix in a policy is escaped for IAM', () => {
  const objects = 'arn:aws-cn:s3:::films/a${*}b${?}${$}{c}/*';
  expect(resourcesOf(policyFor('copier', facts))).toContain(objects);
});

test('a policy for a bucket without its own key has no key statement', () => {
  expect(sidsOf(policyFor('copier', facts))).toContain('UseTheBucketsKey');
  expect(sidsOf(policyFor('copier', { ...facts, keyArn: null }))).not.toContain('UseTheBucketsKey');
});

test('only the deleter policy allows deleting, and only in Glacier', () => {
  for (const name of POLICIES) {
    const actions = policyFor(name, facts).Statement.flatMap(({ Action }) => Action as string | string[]);
    expect(actions.filter((action) => /\*|:Delete(?!Message$)/.test(action))).toEqual(
      name === 'deleter' ? ['glacier:DeleteArchive', 'glacier:DeleteVault'] : [],
    );
  }
});

test.each([
  [undefined, null],
  ['arn:aws:kms:eu-west-1:999999999999:key/k', 'arn:aws:kms:eu-west-1:999999999999:key/k'],
  ['k-2', 'arn:aws-cn:kms:cn-north-1:111122223333:key/k-2'],
  ['alias/films', 'arn:aws-cn:kms:cn-north-1:111122223333:alias/films'],
])('the key %s of a bucket appears in policies as %s', (keyId, arn) => {
  expect(keyArnOf(keyId, facts)).toBe(arn);
});
