import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCRC32, createCRC64, createXXHash128, createXXHash3, createXXHash64, type IHasher } from 'hash-wasm';
import type { ChecksumAlgorithm } from './algorithms';

/** Raw digests of the same bytes. */
export type Digests = ReadonlyMap<ChecksumAlgorithm, Buffer>;

interface RunningDigest {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/** Generator polynomials, bits reflected. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
const CRC64NVME_POLYNOMIAL = '9a6c9329ac4bc9b5';

async function createDigest(algorithm: ChecksumAlgorithm): Promise<RunningDigest> {
  switch (algorithm) {
    case 'CRC32':
      return crc32Digest();
    case 'CRC32C':
      return wasmDigest(await createCRC32(CRC32C_POLYNOMIAL));
    case 'CRC64NVME':
      return wasmDigest(await createCRC64(CRC64NVME_POLYNOMIAL));
    case 'MD5':
    case 'SHA1':
    case 'SHA256':
    case 'SHA512':
      return createHash(algorithm.toLowerCase());
    case 'XXHASH64':
      return wasmDigest(await createXXHash64());
    case 'XXHASH3':
      return wasmDigest(await createXXHash3());
    case 'XXHASH128':
      return wasmDigest(await createXXHash128());
  }
}

function crc32Digest(): RunningDigest {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

const wasmDigest = (hasher: IHasher): RunningDigest => ({
  update: (bytes) => void hasher.update(bytes),
  digest: () => Buffer.from(hasher.digest('binary')),
});

/** Several digests of one stream of bytes, each computed once. */
export class DigestSet {
  private constructor(private readonly digests: ReadonlyMap<ChecksumAlgorithm, RunningDigest>) {}

  static async create(algorithms: Iterable<ChecksumAlgorithm>): Promise<DigestSet> {
    const created = [...new Set(algorithms)].map(async (name) => [name, await createDigest(name)] as const);
    return new DigestSet(new Map(await Promise.all(created)));
  }

  update(bytes: Uint8Array): void {
    for (const digest of this.digests.values()) digest.update(bytes);
  }

  /** Call it once, at the end. */
  finish(): Digests {
    return new Map([...this.digests].map(([name, running]) => [name, running.digest()]));
  }
}

/** One digest of bytes at hand, raw. */
export async function digestOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Promise<Buffer> {
  const digest = await createDigest(algorithm);
  digest.update(bytes);
  return digest.digest();
}
