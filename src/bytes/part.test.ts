import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { LEAF_BYTES } from '../domain/tree-hash';
import { BodyReader } from './body-reader';
import { LeafPool } from './leaf-pool';
import { partBody, readPart } from './part';

const NEVER = new AbortController().signal;
const sha256 = (...pieces: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};
/** Not a multiple of the leaf size, so that no two leaves are equal. */
const bytesOf = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 31) ^ (at >> 7)));
const chunked = (bytes: Buffer, length: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) => bytes.subarray(at * length, (at + 1) * length)),
    { objectMode: false },
  );

test('a part of three leaves has the tree root and CRC of its bytes, and its body can be sent twice', async () => {
  const bytes = bytesOf(2 * LEAF_BYTES + 1);
  const pool = new LeafPool(4 * LEAF_BYTES);
  const body = new BodyReader(chunked(bytes, 70_001));
  const part = await readPart(body, bytes.length, pool, NEVER);
  body.close();
  const [a, b, c] = [0, 1, 2].map((leaf) => sha256(bytes.subarray(leaf * LEAF_BYTES, (leaf + 1) * LEAF_BYTES)));
  expect(part.root).toEqual(sha256(sha256(a as Buffer, b as Buffer), c as Buffer));
  expect(part.crc32).toBe(crc32(bytes));
  expect(part.sizeBytes).toBe(bytes.length);
  for (let sending = 0; sending < 2; sending += 1) {
    expect((await buffer(partBody(part))).equals(bytes)).toBe(true);
  }
});

test('parts of one body are read in order and reuse released memory', async () => {
  const bytes = bytesOf(LEAF_BYTES + 5);
  const pool = new LeafPool(LEAF_BYTES);
  const body = new BodyReader(chunked(bytes, 65_536));
  const roots: Buffer[] = [];
  for (const length of [LEAF_BYTES, 5]) {
    const part = await readPart(body, length, pool, NEVER);
    roots.push(part.root);
    part.release();
  }
  await body.finish();
  body.close();
  expect(roots).toEqual([sha256(bytes.subarray(0, LEAF_BYTES)), sha256(bytes.subarray(LEAF_BYTES))]);
});

test('a short body releases the memory of its part', async () => {
  const pool = new LeafPool(2 * LEAF_BYTES);
  const body = new BodyReader(chunked(bytesOf(10), 10));
  await expect(readPart(body, LEAF_BYTES + 1, pool, NEVER)).rejects.toMatchObject({ name: 'WrongLength' });
  body.close();
  expect(await pool.reserve(2 * LEAF_BYTES, AbortSignal.timeout(1_000))).toHaveLength(2);
});
