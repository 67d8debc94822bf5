import { readPolicy } from '../policy/document';
import { authorize } from './authorize';
import { conditionKeysOf } from './condition-keys';
import type { Permission } from './permission';
import { rootOf, userOf } from './principal';
import { refuseAccess } from './refusals';

const VAULT = 'arn:aws:glacier:us-east-1:111122223333:vaults/photos';
const INITIATE: Permission = { action: 'glacier:InitiateJob', resource: VAULT };
const NO_KEYS = new Map<string, string>();

const statement = (effect: string, action: string, resource = '*') => ({
  Effect: effect,
  Action: action,
  Resource: resource,
});
const copier = (...statements: object[]) =>
  userOf('111122223333', 'copier', readPolicy({ Statement: statements }, 'identity'));
const ofResource = (...statements: object[]) =>
  readPolicy({ Statement: statements.map((one) => ({ Principal: '*', ...one })) }, 'resource');

const PREFIX = `User: arn:aws:iam::111122223333:user/copier is not authorized to perform: glacier:InitiateJob on resource: ${VAULT}`;
const allow = statement('Allow', 'glacier:InitiateJob', VAULT);
const deny = statement('Deny', 'glacier:*', VAULT);
const odd = { ...deny, Condition: { StringEquals: { 'glacier:ResourceTag/LegalHold': 'true' } } };

it.each<[string, readonly object[], readonly object[], string | null]>([
  ['an identity policy allows', [allow], [], null],
  ['a resource policy allows', [], [allow], null],
  ['nothing allows', [], [], 'because no identity-based policy allows the glacier:InitiateJob action'],
  ['an identity policy denies', [allow, deny], [allow], 'with an explicit deny in an identity-based policy'],
  ['a resource policy denies', [allow], [deny], 'with an explicit deny in a resource-based policy'],
  [
    'a policy is not understood',
    [allow],
    [odd],
    'because the sandbox does not understand its resource-based policy (condition key glacier:ResourceTag/LegalHold)',
  ],
])('%s', (_, identity, resource, reason) => {
  const policies = resource.length === 0 ? [] : [ofResource(...resource)];
  const denial = authorize(copier(...identity), [INITIATE], policies, NO_KEYS);
  expect(denial?.message ?? null).toBe(reason === null ? null : `${PREFIX} ${reason}`);
});

it('lets a user without a policy and the account do everything that no resource policy denies', () => {
  for (const principal of [userOf('111122223333', 'free', null), rootOf('111122223333')]) {
    expect(authorize(principal, [INITIATE], [], NO_KEYS)).toBeNull();
    expect(authorize(principal, [INITIATE], [ofResource(deny)], NO_KEYS)?.message).toContain('explicit deny');
  }
});

it('requires every permission', () => {
  const needs = [INITIATE, { action: 'glacier:DescribeJob', resource: VAULT }];
  expect(authorize(copier(allow), needs, [], NO_KEYS)?.permission).toEqual(needs[1]);
});

it.each([
  ['s3:PutObject', 'arn:aws:s3:::photos/k', 's3:PutObject on resource: "arn:aws:s3:::photos/k"'],
  ['sns:Publish', 'arn:aws:sns:us-east-1:1:jobs', 'SNS:Publish on resource: arn:aws:sns:us-east-1:1:jobs'],
  ['sqs:SendMessage', 'arn:aws:sqs:us-east-1:1:jobs', 'sqs:sendmessage on resource: arn:aws:sqs:us-east-1:1:jobs'],
])('spells %s as its service does', (action, resource, expected) => {
  expect(authorize(copier(), [{ action, resource }], [], NO_KEYS)?.message).toContain(` perform: ${expected} because`);
});

it('a vault lock allows or denies DeleteArchive by the age of the archive', () => {
  const lock = ofResource({
    ...statement('Deny', 'glacier:DeleteArchive', VAULT),
    Condition: { NumericLessThan: { 'glacier:ArchiveAgeInDays': '365' } },
  });
  const needs = [{ action: 'glacier:DeleteArchive', resource: VAULT }];
  const atAge = (days: string) =>
    authorize(rootOf('111122223333'), needs, [lock], new Map([['glacier:archiveageindays', days]]));
  expect(atAge('364')?.message).toContain('explicit deny');
  expect(atAge('365')).toBeNull();
});

it('provides the condition keys of a call', () => {
  const keys = conditionKeysOf({
    service: 's3',
    principal: copier(),
    region: 'us-east-1',
    headers: { 'user-agent': 'aws-cli', 'x-amz-storage-class': 'DEEP_ARCHIVE', 'if-none-match': '*' },
    query: new URLSearchParams('prefix=a%2F&versionId=v1'),
    nowMs: Date.UTC(2026, 10, 23),
  });
  expect(Object.fromEntries(keys)).toEqual({
    'aws:currenttime': '2026-11-23T00:00:00.000Z',
    'aws:epochtime': '1795392000',
    'aws:principalaccount': '111122223333',
    'aws:principalarn': 'arn:aws:iam::111122223333:user/copier',
    'aws:requestedregion': 'us-east-1',
    'aws:securetransport': 'true',
    'aws:sourceip': '127.0.0.1',
    'aws:useragent': 'aws-cli',
    'aws:username': 'copier',
    's3:if-none-match': '*',
    's3:prefix': 'a/',
    's3:versionid': 'v1',
    's3:x-amz-storage-class': 'DEEP_ARCHIVE',
  });
});

it.each([
  ['glacier', 'AccessDeniedException', undefined],
  ['s3', 'AccessDenied', undefined],
  ['sns', 'AuthorizationError', undefined],
  ['sqs', 'AccessDeniedException', 'AccessDenied'],
] as const)('a denied permission is rejected by %s with the code %s', (service, code, queryCode) => {
  expect(refuseAccess(service, { message: 'no' })).toEqual({ code, queryCode, status: 403, message: 'no' });
});
