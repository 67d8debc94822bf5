import { createHash } from 'node:crypto';
import type { AccessKey } from './credentials';
import { rootOf } from './principal';
import { type SignedRequest, verifySignature } from './signature';
import { sign, signingKey } from './signing-key';

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

const streaming = example(
  'PUT',
  '/examplebucket/chunkObject.txt',
  '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  {
    host: 's3.amazonaws.com',
    'content-encoding': 'aws-chunked',
    'content-length': '66824',
    'x-amz-decoded-content-length': '66560',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
  },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
);

const streamingWithTrailer = example(
  'PUT',
  '/examplebucket/chunkObject.txt',
  '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  {
    host: 's3.amazonaws.com',
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': '66560',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    'x-amz-trailer': 'x-amz-checksum-crc32c',
  },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
);

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
    ['chunked upload', streaming],
    ['chunked upload with a trailer', streamingWithTrailer],
  ])('%s', (_, request) => {
    expect(verify(request, EXAMPLE, EXAMPLE_MS).kind).toBe('valid');
  });

  it('presigned URL', () => {
    const target =
      '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
    const request = { method: 'GET', target, rawHeaders: ['Host', 'examplebucket.s3.amazonaws.com'], bodySha256: null };
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

describe('the signatures within a chunked body', () => {
  const long = sha256(Buffer.alloc(65536, 'a'));
  const short = sha256(Buffer.alloc(1024, 'a'));

  function chunksOf(request: SignedRequest) {
    const verdict = verify(request, EXAMPLE, EXAMPLE_MS);
    if (verdict.kind !== 'valid') throw new Error(verdict.detail);
    return verdict.chunks;
  }

  it('are those of the reference', () => {
    const chunks = chunksOf(streaming);
    expect([
      chunks.chunk('ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648', long),
      chunks.chunk('0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497', short),
      chunks.chunk('b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9', NOTHING),
    ]).toEqual([true, true, true]);
  });

  it('are those of the reference with a trailer', () => {
    const chunks = chunksOf(streamingWithTrailer);
    expect([
      chunks.chunk('b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2', long),
      chunks.chunk('1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7', short),
      chunks.chunk('2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992', NOTHING),
      chunks.trailer(
        'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
        sha256('x-amz-checksum-crc32c:sOO8/Q==\n'),
      ),
    ]).toEqual([true, true, true, true]);
  });

  it.each([
    ['another chunk', 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648', short],
    ['another signature', '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497', long],
    ['no signature', '', long],
  ])('refuse %s', (_, signature, hash) => {
    expect(chunksOf(streaming).chunk(signature, hash)).toBe(false);
  });
});

describe('refuses', () => {
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
  ])('%d minutes later: %s', (count, kind) => {
    expect(verify(get, EXAMPLE, minutes(count)).kind).toBe(kind);
  });

  it('a skewed request by the sentences of AWS', () => {
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

  it.each([
    ['X-Amz-Expires=86400', 'X-Amz-Expires=-1'],
    ['X-Amz-Expires=86400', ''],
    ['X-Amz-Date=20130524T000000Z', 'X-Amz-Date=2013-05-24'],
    ['X-Amz-Algorithm=AWS4-HMAC-SHA256', 'X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256'],
  ])('a URL with %s as %s as malformed', (from, to) => {
    const query =
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host';
    const target = `/k?${query.replace(from, to)}&X-Amz-Signature=${NOTHING}`;
    const request = { method: 'GET', target, rawHeaders: ['Host', 'a'], bodySha256: null };
    expect(verify(request, EXAMPLE, EXAMPLE_MS).kind).toBe('malformed-url');
  });
});

it('takes the date from Date, repeated headers as one, and headers as bytes of UTF-8', () => {
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
