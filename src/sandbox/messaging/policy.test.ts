import { evaluatePolicy, type ServiceRequest } from './policy';

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
  evaluatePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), request).kind;

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
])('allows by %s', (_, statement) => {
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
])('refuses %s', (_, statement) => {
  expect(verdict(statement)).toBe('refused');
});

it('lets a Deny win, and refuses without a policy', () => {
  expect(verdict(allow, { ...denyPlainText, Condition: { Bool: { 'aws:SecureTransport': true } } })).toBe('refused');
  expect(evaluatePolicy(undefined, request).kind).toBe('refused');
});

it.each<[string, object]>([
  ['an unknown operator', { ...allow, Condition: { NumericEquals: { 'aws:SourceArn': '1' } } }],
  ['an unknown key', { ...allow, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
  ['NotAction', { Effect: 'Allow', Principal: '*', NotAction: 'sqs:DeleteQueue', Resource: QUEUE }],
])('does not skip %s', (_, statement) => {
  expect(verdict(allow, statement)).toBe('not-understood');
});

it('passes over what does not concern the request', () => {
  const foreign = {
    ...allow,
    Principal: { Service: 's3.amazonaws.com' },
    Condition: { IpAddress: { 'aws:SourceIp': '::1' } },
  };
  expect(verdict(foreign, allow)).toBe('allowed');
});
