import { CHECKSUM_ALGORITHMS } from './algorithms';
import { DigestSet, type Digests } from './digests';
import { BodyHasher } from './body-hasher';

const MIB = 1024 ** 2;
let hashing: BodyHasher;

beforeEach(() => {
  hashing = new BodyHasher();
});
afterEach(() => hashing.close());

const body = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, `a body of ${sizeBytes} bytes`);

async function hash(bytes: Buffer, pieceBytes: number): Promise<Digests> {
  const running = await hashing.begin(CHECKSUM_ALGORITHMS, bytes.length);
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    await running.update(bytes.subarray(start, start + pieceBytes));
  }
  const digests = await running.finish();
  running.close();
  return digests;
}

async function hashHere(bytes: Buffer): Promise<Digests> {
  const digests = await DigestSet.create(CHECKSUM_ALGORITHMS);
  digests.update(bytes);
  return digests.finish();
}

test.each([
  [0, 1],
  [MIB - 1, 64 * 1024],
  [MIB, MIB],
  [MIB + 1, 256 * 1024],
  [3 * MIB + 12_345, 65_521],
])('a body of %i bytes in pieces of %i has every digest', async (sizeBytes, pieceBytes) => {
  await expect(hash(body(sizeBytes), pieceBytes)).resolves.toEqual(await hashHere(body(sizeBytes)));
});

test('many bodies at a time do not mix', async () => {
  const bodies = Array.from({ length: 9 }, (_, index) => body(MIB + index));
  const expected = await Promise.all(bodies.map(hashHere));
  await expect(Promise.all(bodies.map((bytes) => hash(bytes, 100_000)))).resolves.toEqual(expected);
});

test('a body that is given up leaves the others alone', async () => {
  const running = await hashing.begin(['MD5'], MIB);
  await running.update(body(MIB / 2));
  running.close();
  await expect(hash(body(MIB), MIB)).resolves.toEqual(await hashHere(body(MIB)));
});

test('a body is refused when its thread has ended', async () => {
  const running = await hashing.begin(['MD5'], MIB);
  await hashing.close();
  await expect(running.finish()).rejects.toThrow('has ended');
});
