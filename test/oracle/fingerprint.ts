import { createHash, hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const MIB = 1024 * 1024;

/** What tells bytes from all others, worked out without the product's or the sandbox's code. */
export interface Fingerprint {
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  /** SHA-256 tree hash over leaves of 1 MiB, hex. */
  readonly treeHash: string;
  /** Base64 of the big-endian CRC-32, as S3 writes it. */
  readonly crc32: string;
}

/** Reads bytes in any pieces. */
export class Fingerprinting {
  private readonly whole = createHash('sha256');
  private readonly leaves: Buffer[] = [];
  private leaf = createHash('sha256');
  private leafBytes = 0;
  private crc = 0;
  private sizeBytes = 0;

  add(bytes: Buffer): void {
    this.whole.update(bytes);
    this.crc = crc32(bytes, this.crc);
    this.sizeBytes += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + MIB - this.leafBytes);
      this.leaf.update(piece);
      this.leafBytes += piece.length;
      at += piece.length;
      if (this.leafBytes === MIB) this.endLeaf();
    }
  }

  /** To be asked once. */
  end(): Fingerprint {
    if (this.leafBytes > 0 || this.leaves.length === 0) this.endLeaf();
    const digest = Buffer.alloc(4);
    digest.writeUInt32BE(this.crc);
    return {
      sizeBytes: this.sizeBytes,
      sha256: this.whole.digest('hex'),
      treeHash: rootOf(this.leaves).toString('hex'),
      crc32: digest.toString('base64'),
    };
  }

  private endLeaf(): void {
    this.leaves.push(this.leaf.digest());
    this.leaf = createHash('sha256');
    this.leafBytes = 0;
  }
}

/** Neighbours are hashed together, level by level; an odd last one moves up as it is. */
function rootOf(nodes: readonly Buffer[]): Buffer {
  if (nodes.length === 1) return nodes[0] as Buffer;
  const above: Buffer[] = [];
  for (let at = 0; at < nodes.length; at += 2) {
    const pair = nodes.slice(at, at + 2);
    above.push(pair.length === 2 ? hash('sha256', Buffer.concat(pair), 'buffer') : (pair[0] as Buffer));
  }
  return rootOf(above);
}

export function fingerprintOf(pieces: Iterable<Buffer>): Fingerprint {
  const reading = new Fingerprinting();
  for (const bytes of pieces) reading.add(bytes);
  return reading.end();
}

export async function fingerprintOfStream(pieces: AsyncIterable<Buffer>): Promise<Fingerprint> {
  const reading = new Fingerprinting();
  for await (const bytes of pieces) reading.add(bytes);
  return reading.end();
}
