import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCRC64 } from 'hash-wasm';
import type { ChecksumAlgorithm } from './algorithms';

/** The checksums of S3, and MD5 for ETag and Content-MD5. */
export type DigestAlgorithm = ChecksumAlgorithm | 'MD5';

/** Raw digests of the same bytes. */
export type Digests = ReadonlyMap<DigestAlgorithm, Buffer>;

interface RunningDigest {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/** Generator polynomial, bits reflected. */
const CRC64NVME_POLYNOMIAL = '9a6c9329ac4bc9b5';

async function createDigest(algorithm: DigestAlgorithm): Promise<RunningDigest> {
  switch (algorithm) {
    case 'CRC32':
      return crc32Digest();
    case 'CRC64NVME':
      return crc64Digest();
    case 'MD5':
    case 'SHA256':
      return createHash(algorithm);
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

async function crc64Digest(): Promise<RunningDigest> {
  const hasher = await createCRC64(CRC64NVME_POLYNOMIAL);
  return {
    update: (bytes) => void hasher.update(bytes),
    digest: () => Buffer.from(hasher.digest('binary')),
  };
}

/** Several digests of one stream of bytes, each computed once. */
export class DigestSet {
  private constructor(private readonly digests: ReadonlyMap<DigestAlgorithm, RunningDigest>) {}

  static async create(algorithms: Iterable<DigestAlgorithm>): Promise<DigestSet> {
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

/** One digest of a buffer, raw. */
export async function digestOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Promise<Buffer> {
  const digest = await createDigest(algorithm);
  digest.update(bytes);
  return digest.digest();
}
