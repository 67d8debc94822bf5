import { createHmac } from 'node:crypto';
import { array, assert, boolean, integer, property, uint8Array } from 'fast-check';
import { chunkVerifier, type ChunkVerifier } from '../access/chunk-signatures';
import { AwsChunkedDecoder } from './aws-chunked';

const SMALLEST_CHUNK = 'x'.repeat(8192);

function decode(
  pieces: readonly Buffer[],
  verifier?: ChunkVerifier,
): { payload: string; trailer: Record<string, string> } {
  const decoder = new AwsChunkedDecoder(verifier);
  const payload = Buffer.concat(pieces.flatMap((piece) => [...decoder.decode(piece)]));
  return { payload: payload.toString('latin1'), trailer: Object.fromEntries(decoder.finish()) };
}

function frame(chunks: readonly Uint8Array[], signed: boolean): Buffer {
  const signature = signed ? ';chunk-signature=0123abcd' : '';
  const framed = [...chunks.filter((chunk) => chunk.length > 0), new Uint8Array()].map((chunk) =>
    Buffer.concat([
      Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`),
      chunk,
      Buffer.from(chunk.length > 0 ? '\r\n' : ''),
    ]),
  );
  return Buffer.concat([...framed, Buffer.from('x-amz-checksum-crc32:AAAAAA==\r\n\r\n')]);
}

test('the payload and the trailer come out however the bytes are cut', () => {
  const chunks = array(uint8Array({ minLength: 8192, maxLength: 8300 }), { maxLength: 2 });
  const last = uint8Array({ maxLength: 40 });
  assert(
    property(chunks, last, boolean(), integer({ min: 1, max: 3000 }), (whole, end, signed, step) => {
      const pieces = [...whole, end];
      const body = frame(pieces, signed);
      const cut = Array.from({ length: Math.ceil(body.length / step) }, (_, index) =>
        body.subarray(index * step, (index + 1) * step),
      );
      expect(decode(cut)).toEqual({
        payload: Buffer.concat(pieces).toString('latin1'),
        trailer: { 'x-amz-checksum-crc32': 'AAAAAA==' },
      });
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['no size', 'zz\r\n'],
  ['data longer than the size', '2\r\nabc\r\n0\r\n\r\n'],
  ['no last chunk', '2\r\nab\r\n'],
  ['no empty line', '0\r\n'],
  ['bytes behind the end', '0\r\n\r\nmore\r\n'],
  ['a trailer without a name', '0\r\n:value\r\n\r\n'],
])('%s is refused', (_what, body) => {
  expect(() => decode([Buffer.from(body)])).toThrow(/aws-chunked|trailer/);
});

test('only the last chunk may be smaller than 8 KiB', () => {
  const body = `2000\r\n${SMALLEST_CHUNK}\r\n4\r\n1234\r\n5\r\n56789\r\n0\r\n\r\n`;
  expect(() => decode([Buffer.from(body)])).toThrow(
    expect.objectContaining({ code: 'InvalidChunkSizeError', details: { Chunk: 3, BadChunkSize: 4 } }),
  );
});

/** The two examples of the S3 API reference, "SigV4 streaming" and "SigV4 streaming trailers". */
describe('signatures', () => {
  const timestamp = '20130524T000000Z';
  const scope = '20130524/us-east-1/s3/aws4_request';
  const signingKey = scope
    .split('/')
    .reduce<Buffer>(
      (key, part) => createHmac('sha256', key).update(part).digest(),
      Buffer.from('AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'),
    );
  const verifier = (signature: string): ChunkVerifier => chunkVerifier({ signingKey, timestamp, scope, signature });

  const signed = (
    [first, second, last]: readonly [string, string, string],
    trailer = '',
    payload = 'a'.repeat(66_560),
  ): Buffer[] => [
    Buffer.from(`10000;chunk-signature=${first}\r\n${payload.slice(0, 65_536)}\r\n`),
    Buffer.from(`400;chunk-signature=${second}\r\n${payload.slice(65_536)}\r\n`),
    Buffer.from(`0;chunk-signature=${last}\r\n${trailer}\r\n`),
  ];

  const SEED = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
  const SIGNATURES = [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ] as const;
  const TRAILER_SEED = '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e';
  const BEFORE_TRAILER = [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ] as const;
  const TRAILER = 'x-amz-checksum-crc32c:sOO8/Q==\r\n';
  const TRAILER_SIGNATURE = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435';
  const SIGNED_TRAILER = `${TRAILER}x-amz-trailer-signature:${TRAILER_SIGNATURE}\r\n`;

  test('of chunks are verified', () => {
    expect(decode(signed(SIGNATURES), verifier(SEED)).payload).toHaveLength(66_560);
  });

  test('of a trailer are verified, and are none of its fields', () => {
    expect(decode(signed(BEFORE_TRAILER, SIGNED_TRAILER), verifier(TRAILER_SEED)).trailer).toEqual({
      'x-amz-checksum-crc32c': 'sOO8/Q==',
    });
  });

  test.each([
    ['a wrong first chunk', signed([SIGNATURES[1], SIGNATURES[1], SIGNATURES[2]]), SEED],
    ['a wrong last chunk', signed([SIGNATURES[0], SIGNATURES[1], SIGNATURES[1]]), SEED],
    ['another seed', signed(SIGNATURES), TRAILER_SEED],
    ['other bytes', signed(SIGNATURES, '', `b${'a'.repeat(66_559)}`), SEED],
    ['no signature', [Buffer.from('0\r\n\r\n')], SEED],
    ['a wrong trailer', signed(BEFORE_TRAILER, SIGNED_TRAILER.replace('sOO8', 'tOO8')), TRAILER_SEED],
    ['an unsigned trailer', signed(BEFORE_TRAILER, TRAILER), TRAILER_SEED],
  ])('that do not match are refused: %s', (_what, body, seed) => {
    expect(() => decode(body, verifier(seed))).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
  });
});
