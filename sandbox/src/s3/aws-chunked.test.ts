import { array, assert, integer, property, uint8Array } from 'fast-check';
import { AwsChunkedDecoder } from './aws-chunked';

const SMALLEST_CHUNK = 'x'.repeat(8192);

function decode(pieces: readonly Buffer[]): { payload: string; trailer: Record<string, string> } {
  const decoder = new AwsChunkedDecoder();
  const payload = Buffer.concat(pieces.flatMap((piece) => [...decoder.decode(piece)]));
  return { payload: payload.toString('latin1'), trailer: Object.fromEntries(decoder.finish()) };
}

function frame(chunks: readonly Uint8Array[]): Buffer {
  const framed = [...chunks.filter((chunk) => chunk.length > 0), new Uint8Array()].map((chunk) =>
    Buffer.concat([
      Buffer.from(`${chunk.length.toString(16)}\r\n`),
      chunk,
      Buffer.from(chunk.length > 0 ? '\r\n' : ''),
    ]),
  );
  return Buffer.concat([...framed, Buffer.from('x-amz-checksum-crc32:AAAAAA==\r\n\r\n')]);
}

test('an aws-chunked body is decoded from pieces of any size', () => {
  const chunks = array(uint8Array({ minLength: 8192, maxLength: 8300 }), { maxLength: 2 });
  const last = uint8Array({ maxLength: 40 });
  assert(
    property(chunks, last, integer({ min: 1, max: 3000 }), (whole, end, step) => {
      const pieces = [...whole, end];
      const body = frame(pieces);
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
])('an aws-chunked body with %s is rejected', (_what, body) => {
  expect(() => decode([Buffer.from(body)])).toThrow(/aws-chunked|trailer/);
});

test('only the last chunk of an aws-chunked body may be smaller than 8 KiB', () => {
  const body = `2000\r\n${SMALLEST_CHUNK}\r\n4\r\n1234\r\n5\r\n56789\r\n0\r\n\r\n`;
  expect(() => decode([Buffer.from(body)])).toThrow(
    expect.objectContaining({ code: 'InvalidChunkSizeError', details: { Chunk: 3, BadChunkSize: 4 } }),
  );
});
