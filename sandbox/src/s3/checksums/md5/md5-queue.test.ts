import { createHash } from 'node:crypto';
import { array, assert, asyncProperty, integer, uint8Array } from 'fast-check';
import { BLOCK_BYTES, LANES } from './compression';
import { Md5Queue } from './md5-queue';

/** The digests of streams that send pieces of a size at a time, each piece when the one before has been hashed. */
function digests(streams: readonly Uint8Array[], pieceBytes: number): Promise<string[]> {
  const queue = new Md5Queue(1);
  return Promise.all(
    streams.map(async (bytes) => {
      const md5 = queue.open();
      for (let start = 0; start < bytes.length; start += pieceBytes) {
        await new Promise<void>((resolve) => md5.update(bytes.subarray(start, start + pieceBytes), resolve));
      }
      return new Promise<string>((resolve) => md5.finish((digest) => resolve(digest.toString('hex'))));
    }),
  );
}

// The test suite of RFC 1321.
test.each([
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
  ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
])('of %j is %s', async (text, digest) => {
  await expect(digests([Buffer.from(text)], BLOCK_BYTES)).resolves.toEqual([digest]);
});

test('of streams of any lengths, hashed together, is that of each alone', async () => {
  const streams = array(uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 2 * LANES });
  await assert(
    asyncProperty(streams, integer({ min: 1, max: 3 }), async (parts, blocks) => {
      const expected = parts.map((bytes) => createHash('md5').update(bytes).digest('hex'));
      await expect(digests(parts, blocks * BLOCK_BYTES)).resolves.toEqual(expected);
    }),
  );
});

test('of megabytes', async () => {
  const streams = Array.from({ length: LANES }, (_, index) => Buffer.alloc(3_000_000 + index * 70_000, `${index} and`));
  const expected = streams.map((bytes) => createHash('md5').update(bytes).digest('hex'));
  await expect(digests(streams, 256 * 1024)).resolves.toEqual(expected);
});

test('a stream that sends nothing keeps no other waiting for ever, nor does one that was given up', async () => {
  const queue = new Md5Queue(2);
  queue.open();
  queue.open().close();
  const md5 = queue.open();
  const piece = Buffer.alloc(BLOCK_BYTES);
  const hashed = new Promise<number>((resolve) => md5.update(piece, () => resolve(piece.length)));
  md5.update(piece, () => {});
  await expect(hashed).resolves.toBe(BLOCK_BYTES);
});
