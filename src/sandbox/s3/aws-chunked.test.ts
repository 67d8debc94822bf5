import { array, assert, boolean, integer, property, uint8Array } from 'fast-check';
import { AwsChunkedDecoder } from './aws-chunked';

function decode(pieces: readonly Buffer[]): { payload: string; trailer: Record<string, string> } {
  const decoder = new AwsChunkedDecoder();
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
  const chunks = array(uint8Array({ maxLength: 40 }), { maxLength: 5 });
  assert(
    property(chunks, boolean(), integer({ min: 1, max: 50 }), (pieces, signed, step) => {
      const body = frame(pieces, signed);
      const cut = Array.from({ length: Math.ceil(body.length / step) }, (_, index) =>
        body.subarray(index * step, (index + 1) * step),
      );
      expect(decode(cut)).toEqual({
        payload: Buffer.concat(pieces).toString('latin1'),
        trailer: { 'x-amz-checksum-crc32': 'AAAAAA==' },
      });
    }),
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
