import { readPolicy } from './document';
import { evaluatePolicy, type ServiceRequest, type UserRequest } from './evaluate';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:jobs';
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:jobs';

const request: ServiceRequest = {
  service: 'sns.amazonaws.com',
  action: 'sqs:SendMessage',
  resource: QUEUE,
  conditionKeys: new Map([
    ['aws:sourcearn', TOPIC],
    ['aws:securetransport', 'true'],
  ]),
};

const allow = {
  Effect: 'Allow',
  Principal: { Service: 'sns.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: QUEUE,
  Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } },
};
const denyPlainText = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sqs:*',
  Resource: QUEUE,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

const verdict = (...statements: object[]): string =>
  evaluatePolicy(readPolicy({ Version: '2012-10-17', Statement: statements }, 'resource'), request).kind;

it.each<[string, object]>([
  ['the documented form', allow],
  ['StringEquals', { ...allow, Condition: { StringEquals: { 'AWS:SOURCEARN': TOPIC } } }],
  [
    'ArnLike with wildcards',
    { ...allow, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:123456789012:j?bs' } } },
  ],
  ['one of several values', { ...allow, Condition: { ArnLike: { 'aws:SourceArn': ['arn:aws:sns:::other', TOPIC] } } }],
  [
    'lists',
    { ...allow, Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'], Principal: { Service: ['sns.amazonaws.com'] } },
  ],
  ['everyone and everything', { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'SQS:*', Resource: '*' }],
])('a policy allows by %s', (_, statement) => {
  expect(verdict(statement)).toBe('allowed');
  expect(verdict(statement, denyPlainText)).toBe('allowed');
});

it.each<[string, object]>([
  ['another principal', { ...allow, Principal: { Service: 's3.amazonaws.com' } }],
  ['another account', { ...allow, Principal: { AWS: '123456789012' } }],
  ['another action', { ...allow, Action: 'sqs:ReceiveMessage' }],
  ['another resource', { ...allow, Resource: `${QUEUE}2` }],
  ['another source', { ...allow, Condition: { ArnEquals: { 'aws:SourceArn': `${TOPIC}2` } } }],
  ['a wildcard across ARN fields', { ...allow, Condition: { ArnLike: { 'aws:SourceArn': 'arn:*:jobs' } } }],
  [
    'a key that the service does not send',
    { ...allow, Condition: { StringEquals: { 'aws:SourceOwner': '123456789012' } } },
  ],
])('a policy denies %s', (_, statement) => {
  expect(verdict(statement)).toBe('not-allowed');
});

it('a Deny wins, and no statement denies', () => {
  expect(verdict(allow, { ...denyPlainText, Condition: { Bool: { 'aws:SecureTransport': true } } })).toBe('denied');
  expect(verdict()).toBe('not-allowed');
});

it.each<[string, object]>([
  ['an unknown operator', { ...allow, Condition: { BinaryEquals: { 'aws:SourceArn': '1' } } }],
  ['an unknown key', { ...allow, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
  [
    'a policy variable in a condition',
    { ...allow, Condition: { StringEquals: { 'aws:SourceArn': '${aws:username}' } } },
  ],
  ['a policy variable in a resource', { ...allow, Resource: 'arn:aws:sqs:*:*:${aws:username}' }],
  ['NotPrincipal', { Effect: 'Deny', NotPrincipal: '*', Action: 'sqs:*', Resource: QUEUE }],
  ['Action beside NotAction', { ...allow, NotAction: 'sqs:DeleteQueue' }],
  ['no principal', { Effect: 'Allow', Action: 'sqs:*', Resource: QUEUE }],
])('a policy is not understood because of %s', (_, statement) => {
  expect(verdict(allow, statement)).toBe('not-understood');
});

it('ignores statements that do not match the request', () => {
  const foreign = {
    ...allow,
    Principal: { Service: 's3.amazonaws.com' },
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  };
  expect(verdict(foreign, allow)).toBe('allowed');
});

it('an invalid policy document denies', () => {
  expect(evaluatePolicy(readPolicy('{', 'resource'), request).kind).toBe('not-understood');
});

describe('for a user', () => {
  const user: UserRequest = {
    userArn: 'arn:aws:iam::123456789012:user/planner',
    accountId: '123456789012',
    action: 'glacier:DeleteArchive',
    resource: 'arn:aws:glacier:eu-west-1:123456789012:vaults/photos',
    conditionKeys: new Map(),
  };
  const statement = { Effect: 'Allow', Action: 'glacier:DeleteArchive', Resource: '*' };
  const deny = { ...statement, Effect: 'Deny' };
  const by = (kind: 'identity' | 'resource', ...statements: object[]): string =>
    evaluatePolicy(readPolicy({ Statement: statements }, kind), user).kind;

  it.each<[object, string]>([
    [statement, 'allowed'],
    [{ ...statement, Action: 'glacier:D?leteArch*' }, 'allowed'],
    [{ ...statement, Resource: 'arn:aws:glacier:*:*:vaults/photo?' }, 'allowed'],
    [{ ...statement, Resource: 'arn:aws:glacier:eu-west-1:123456789012:vaults/PHOTOS' }, 'not-allowed'],
    [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }, 'allowed'],
    [{ Effect: 'Allow', NotAction: ['s3:*', 'glacier:Delete*'], Resource: '*' }, 'not-allowed'],
    [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::*' }, 'allowed'],
    [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:glacier:*' }, 'not-allowed'],
    [{ ...statement, Principal: '*' }, 'not-understood'],
  ])('an identity policy %j: %s', (given, expected) => {
    expect(by('identity', given)).toBe(expected);
  });

  it.each<[object, unknown, string]>([
    [statement, '*', 'allowed'],
    [statement, { AWS: user.userArn }, 'allowed'],
    [statement, { AWS: 'arn:aws:iam::123456789012:user/copier' }, 'not-allowed'],
    [statement, { AWS: '123456789012' }, 'not-allowed'],
    [statement, { AWS: 'arn:aws:iam::123456789012:root' }, 'not-allowed'],
    [deny, { AWS: '123456789012' }, 'denied'],
    [deny, { AWS: 'arn:aws:iam::123456789012:root' }, 'denied'],
    [deny, { AWS: '210987654321' }, 'not-allowed'],
    [statement, { Service: 'glacier.amazonaws.com' }, 'not-allowed'],
  ])('a resource policy %j for %j: %s', (given, principal, expected) => {
    expect(by('resource', { ...given, Principal: principal })).toBe(expected);
  });
});
