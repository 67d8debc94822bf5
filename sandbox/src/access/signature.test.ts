import { createHash } from 'node:crypto';
import type { AccessKey } from './credentials';
import { rootOf } from './principal';
import { type SignedRequest, verifySignature, sign, signingKey } from './signature';
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const NOTHING = sha256('');

function keyOf(accessKeyId: string, secretAccessKey: string): AccessKey {
  return { accessKeyId, secretAccessKey, sessionToken: null, expiresAtMs: null, principal: rootOf('111122223333') };
}

/** The credentials of the examples in the S3 API reference. */
const EXAMPLE = keyOf('AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
const EXAMPLE_MS = Date.UTC(2013, 4, 24);
/** Those of the Signature Version 4 test suite. */
const SUITE = keyOf('AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY');
const SUITE_MS = Date.UTC(2015, 7, 30, 12, 36);

const verify = (request: SignedRequest, key: AccessKey, nowMs: number) =>
  verifySignature(request, new Map([[key.accessKeyId, key]]), nowMs);

/** A request to S3 as the reference shows it, all of whose headers are signed. */
function example(
  method: string,
  target: string,
  signature: string,
  headers: Readonly<Record<string, string>> = {},
  payloadHash = NOTHING,
): SignedRequest {
  const all: Record<string, string> = {
    host: 'examplebucket.s3.amazonaws.com',
    'x-amz-date': '20130524T000000Z',
    'x-amz-content-sha256': payloadHash,
    ...headers,
  };
  const signedHeaders = Object.keys(all).sort().join(';');
  const credential = `${EXAMPLE.accessKeyId}/20130524/us-east-1/s3/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${signedHeaders},Signature=${signature}`;
  const rawHeaders = [...Object.entries(all).flat(), 'Authorization', authorization];
  return { method, target, rawHeaders, bodySha256: null };
}

const get = example('GET', '/test.txt', 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41', {
  range: 'bytes=0-9',
});

describe('the examples of the S3 API reference', () => {
  it.each<[string, SignedRequest]>([
    ['GET object', get],
    [
      'PUT object',
      example(
        'PUT',
        '/test$file.text',
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
        '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      ),
    ],
    [
      'GET bucket lifecycle',
      example('GET', '/?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'),
    ],
    [
      'GET bucket',
      example('GET', '/?prefix=J&max-keys=2', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'),
    ],
  ])('%s', (_, request) => {
    expect(verify(request, EXAMPLE, EXAMPLE_MS).kind).toBe('valid');
  });
});

/** A request of the test suite, whose service is called `service`. */
const suite = (target: string, signature: string, more: readonly string[] = []): SignedRequest => ({
  method: 'GET',
  target,
  rawHeaders: [
    'Host',
    'example.amazonaws.com',
    ...more,
    'X-Amz-Date',
    '20150830T123600Z',
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${more.length > 0 ? 'host;my-header1;my-header2;x-amz-date' : 'host;x-amz-date'}, Signature=${signature}`,
  ],
  bodySha256: NOTHING,
});

it.each<[string, SignedRequest]>([
  ['get-vanilla', suite('/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31')],
  ['get-slash', suite('//', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31')],
  ['get-relative', suite('/example/..', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31')],
  [
    'get-vanilla-query-order-key-case',
    suite('/?Param2=value2&Param1=value1', 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'),
  ],
  [
    'get-header-value-trim',
    suite('/', 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736', [
      'My-Header1',
      ' value1',
      'My-Header2',
      ' "a   b   c"',
    ]),
  ],
])('the Signature Version 4 test suite: %s', (_, request) => {
  expect(verify(request, SUITE, SUITE_MS).kind).toBe('valid');
});

describe('verifySignature rejects', () => {
  const withHeader = (name: string, value: string): SignedRequest => {
    const at = get.rawHeaders.findIndex((given) => given.toLowerCase() === name);
    return { ...get, rawHeaders: get.rawHeaders.with(at + 1, value) };
  };
  const without = (name: string): SignedRequest => {
    const at = get.rawHeaders.findIndex((given) => given.toLowerCase() === name);
    return { ...get, rawHeaders: get.rawHeaders.toSpliced(at, 2) };
  };
  const authorization = get.rawHeaders.at(-1) ?? '';
  const authorized = (from: string | RegExp, to: string): SignedRequest =>
    withHeader('authorization', authorization.replace(from, to));
  const minutes = (count: number): number => EXAMPLE_MS + count * 60_000;

  it('an unknown key', () => {
    expect(verifySignature(get, new Map(), EXAMPLE_MS).kind).toBe('unknown-key');
  });

  it.each([
    [15, 'valid'],
    [-15, 'valid'],
    [15.1, 'skewed'],
    [-15.1, 'skewed'],
  ])('a request signed %d minutes ago: %s', (count, kind) => {
    expect(verify(get, EXAMPLE, minutes(count)).kind).toBe(kind);
  });

  it('a skewed request with the message of AWS', () => {
    expect(verify(get, EXAMPLE, minutes(20))).toMatchObject({
      detail: 'Signature expired: 20130524T000000Z is now earlier than 20130524T000500Z (20130524T002000Z - 15 min.)',
    });
    expect(verify(get, EXAMPLE, minutes(-20))).toMatchObject({
      detail:
        'Signature not yet current: 20130524T000000Z is still later than 20130523T235500Z (20130523T234000Z + 15 min.)',
    });
  });

  it('expired credentials', () => {
    expect(verify(get, { ...EXAMPLE, expiresAtMs: EXAMPLE_MS + 1 }, EXAMPLE_MS).kind).toBe('valid');
    expect(verify(get, { ...EXAMPLE, expiresAtMs: EXAMPLE_MS }, EXAMPLE_MS).kind).toBe('expired-token');
  });

  it('an unsigned x-amz- header at S3, but for x-amz-content-sha256', () => {
    const request = { ...get, rawHeaders: [...get.rawHeaders, 'x-amz-acl', 'private', 'x-amz-meta-a', '1'] };
    expect(verify(request, EXAMPLE, EXAMPLE_MS)).toEqual({
      kind: 'unsigned-headers',
      detail: 'x-amz-acl, x-amz-meta-a',
    });
    expect(verify(authorized('x-amz-content-sha256;', ''), EXAMPLE, EXAMPLE_MS).kind).toBe('bad-signature');
  });

  it('a scope of another day, region or service', () => {
    for (const [from, to] of [
      ['/20130524/', '/20130525/'],
      ['us-east-1', 'us-east-2'],
      ['/s3/', '/sqs/'],
    ] as const) {
      expect(verify(authorized(from, to), EXAMPLE, EXAMPLE_MS).kind).toBe('bad-signature');
    }
  });

  it.each<[string, SignedRequest]>([
    ['SigV4A', authorized('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256')],
    ['Signature Version 2', withHeader('authorization', 'AWS AKIAIOSFODNN7EXAMPLE:c2ln')],
    ['an empty header', withHeader('authorization', '')],
    ['no SignedHeaders', authorized(/SignedHeaders=[^,]+,/, '')],
    ['host unsigned', authorized('host;', '')],
    ['a short signature', authorized(/.$/, '')],
    ['a scope cut short', authorized('/aws4_request', '')],
    ['no date', without('x-amz-date')],
    ['an impossible date', withHeader('x-amz-date', '20131324T000000Z')],
    ['no payload hash at S3', without('x-amz-content-sha256')],
  ])('%s as malformed', (_, request) => {
    expect(verify(request, EXAMPLE, EXAMPLE_MS).kind).toBe('malformed');
  });
});

it('verifies a request with a Date header, repeated headers and UTF-8 headers', () => {
  const note = 'à voilà';
  const canonical = [
    'GET',
    '/',
    '',
    'date:Sun, 30 Aug 2015 12:36:00 GMT',
    'host:a',
    `x-note:${note},b`,
    '',
    'date;host;x-note',
    NOTHING,
  ].join('\n');
  const scope = '20150830/us-east-1/sqs/aws4_request';
  const text = `AWS4-HMAC-SHA256\n20150830T123600Z\n${scope}\n${sha256(canonical)}`;
  const signature = sign(signingKey(SUITE.secretAccessKey, '20150830', 'us-east-1', 'sqs'), text);
  const rawHeaders = [
    'Host',
    'a',
    'X-Note',
    Buffer.from(note).toString('latin1'),
    'Date',
    'Sun, 30 Aug 2015 12:36:00 GMT',
    'X-Note',
    'b',
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=date;host;x-note, Signature=${signature}`,
  ];
  expect(verify({ method: 'GET', target: '/', rawHeaders, bodySha256: null }, SUITE, SUITE_MS).kind).toBe('valid');
});
