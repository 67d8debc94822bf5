import { randomBytes } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { rawRequest } from './s3/testing/serve';
import { Bucket, type SandboxClients, startSandboxClients } from './testing/sandbox-clients';

const KEY = 'pictures/private.jpg';
const BYTES = randomBytes(64);

let clients: SandboxClients;
let callsBefore: number;
beforeAll(async () => {
  clients = await startSandboxClients();
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body: BYTES }));
  callsBefore = clients.calls.length;
});
afterAll(() => clients.close());

/** What a page can put into a URL: credentials that nobody has signed with. */
const presigned = (path: string, service: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20261123%2Fus-east-1%2F${service}%2Faws4_request` +
  `&X-Amz-Date=20261123T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=${'0'.repeat(64)}`;

const DELETE = `<Delete><Object><Key>${KEY}</Key></Object></Delete>`;
const FORM = 'application/x-www-form-urlencoded';

/** What a page could send without asking first (CORS "simple" requests): each does something where it is answered. */
const REQUESTS: readonly (readonly [what: string, method: string, target: string, type: string, body: string])[] = [
  ['an object read', 'GET', presigned(`/${Bucket}/${KEY}`, 's3'), '', ''],
  ['an object described', 'HEAD', presigned(`/${Bucket}/${KEY}`, 's3'), '', ''],
  ['objects deleted', 'POST', presigned(`/${Bucket}?delete`, 's3'), 'text/plain;charset=UTF-8', DELETE],
  ['vaults listed', 'GET', presigned('/-/vaults', 'glacier'), '', ''],
  ['a topic created', 'POST', presigned('/', 'sns'), FORM, 'Action=CreateTopic&Name=t&Version=2010-03-31'],
  ['a topic created by a GET', 'GET', presigned('/?Action=CreateTopic&Name=t&Version=2010-03-31', 'sns'), '', ''],
  ['a queue created', 'POST', presigned('/', 'sqs'), FORM, 'Action=CreateQueue&QueueName=q&Version=2012-11-05'],
  ['the clock moved', 'POST', '/_sandbox/clock', 'text/plain', '{"advance":"26h"}'],
  ['faults added', 'POST', '/_sandbox/faults', 'text/plain', '{"rules":[{"fault":"reset","on":"*"}]}'],
  ['what no service takes', 'GET', '/', '', ''],
  ['a preflight', 'OPTIONS', `/${Bucket}/${KEY}`, '', ''],
];

const PAGES: readonly Readonly<Record<string, string>>[] = [
  { host: 'evil.example', origin: 'https://evil.example' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { host: 'evil.example' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
  { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
];

const [READ] = REQUESTS;
const [PAGE] = PAGES;
const cases = [
  ...REQUESTS.map((request) => [...request, PAGE] as const),
  ...PAGES.slice(1).flatMap((page) => (READ === undefined ? [] : [[...READ, page] as const])),
];

test.each(cases)('a web page is denied: %s (%s %s): %s %s %j', async (_what, method, target, type, body, page) => {
  const headers = { ...(type === '' ? {} : { 'content-type': type }), 'content-length': `${body.length}`, ...page };
  const answer = await rawRequest(clients.sandbox.endpoint, method, target, headers, body);
  expect(answer.status).toBe(403);
  expect(answer.text).toMatch(method === 'HEAD' ? /^$/ : /^<\?xml [^>]*><Error><Code>AccessDenied<\/Code>/);
});

test('requests of web pages change nothing and are not logged as calls', async () => {
  expect(clients.calls).toHaveLength(callsBefore);
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key: KEY }));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(BYTES);
  expect((await rawRequest(clients.sandbox.endpoint, 'GET', '/_sandbox/faults')).text).toContain('"rules":[]');
});

test('the same request is answered without a web page', async () => {
  expect(await rawRequest(clients.sandbox.endpoint, 'GET', `/${Bucket}/${KEY}`)).toMatchObject({ status: 200 });
});

test('a presigned URL answers NotImplemented', async () => {
  const target = presigned(`/${Bucket}/${KEY}`, 's3');
  const answer = await rawRequest(clients.sandbox.endpoint, 'GET', target, { authorization: '' });
  expect(answer).toMatchObject({ status: 501, text: expect.stringContaining('Presigned URLs') as string });
});
