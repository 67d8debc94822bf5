import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c } from '@aws-crypto/crc32c';
import { Crc64Nvme } from '@aws-sdk/crc64-nvme';
import type { ChecksumAlgorithm } from './algorithms';

export type DigestName = ChecksumAlgorithm | 'MD5';

interface RunningDigest {
  update(bytes: Uint8Array): void;
  digest(): Promise<Buffer>;
}

class Crc32Digest implements RunningDigest {
  private value = 0;

  update(bytes: Uint8Array): void {
    this.value = crc32(bytes, this.value);
  }

  async digest(): Promise<Buffer> {
    return uint32(this.value);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function crc32cDigest(): RunningDigest {
  const running = new Crc32c();
  return { update: (bytes) => void running.update(bytes), digest: async () => uint32(running.digest()) };
}

function crc64Digest(): RunningDigest {
  const running = new Crc64Nvme();
  return { update: (bytes) => running.update(bytes), digest: async () => Buffer.from(await running.digest()) };
}

function hashDigest(algorithm: 'md5' | 'sha1' | 'sha256'): RunningDigest {
  const running = createHash(algorithm);
  return { update: (bytes) => void running.update(bytes), digest: async () => running.digest() };
}

function createDigest(name: DigestName): RunningDigest {
  switch (name) {
    case 'CRC32':
      return new Crc32Digest();
    case 'CRC32C':
      return crc32cDigest();
    case 'CRC64NVME':
      return crc64Digest();
    case 'SHA1':
      return hashDigest('sha1');
    case 'SHA256':
      return hashDigest('sha256');
    case 'MD5':
      return hashDigest('md5');
  }
}

/** Several digests of one stream of bytes, each computed once. */
export class DigestSet {
  private readonly digests: ReadonlyMap<DigestName, RunningDigest>;

  constructor(names: Iterable<DigestName>) {
    this.digests = new Map([...new Set(names)].map((name) => [name, createDigest(name)]));
  }

  update(bytes: Uint8Array): void {
    for (const digest of this.digests.values()) digest.update(bytes);
  }

  /** The raw digests; call it once, at the end. */
  async finish(): Promise<ReadonlyMap<DigestName, Buffer>> {
    const entries = [...this.digests].map(async ([name, running]) => [name, await running.digest()] as const);
    return new Map(await Promise.all(entries));
  }
}

/** One digest of bytes at hand, raw. */
export async function digestOf(name: DigestName, bytes: Uint8Array): Promise<Buffer> {
  const digest = createDigest(name);
  digest.update(bytes);
  return digest.digest();
}
