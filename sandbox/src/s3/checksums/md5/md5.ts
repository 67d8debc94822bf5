import { BLOCK_BYTES, compress, LANE_BYTES } from './compression';

const INITIAL_STATE = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

/**
 * MD5 (RFC 1321) of one of several streams that are hashed together, each in a lane of its own of WebAssembly vectors:
 * one after the other they would take 2.6 times as long even in native code, since every step waits for the one before.
 */
export class Md5 {
  private readonly state = Uint32Array.from(INITIAL_STATE);

  /** Hashes further bytes of at most {@link LANES} streams: of each as many, in whole blocks. */
  static advance(inputs: readonly { readonly md5: Md5; readonly bytes: Uint8Array }[]): void {
    const sizeBytes = inputs[0]?.bytes.length ?? 0;
    for (let start = 0; start < sizeBytes; start += LANE_BYTES) {
      compress(
        inputs.map(({ md5, bytes }) => ({ state: md5.state, bytes: bytes.subarray(start, start + LANE_BYTES) })),
      );
    }
  }

  /** Once the whole stream has been hashed, its {@link lastBlocks} too. */
  digest(): Buffer {
    const digest = Buffer.alloc(16);
    this.state.forEach((word, index) => digest.writeUInt32LE(word, index * 4));
    return digest;
  }
}

/**
 * The blocks that end a stream.
 * @param rest its last bytes, less than a block
 * @param sizeBytes of the whole stream
 */
export function lastBlocks(rest: Uint8Array, sizeBytes: number): Uint8Array {
  const blocks = Buffer.alloc(Math.ceil((rest.length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  blocks.set(rest);
  blocks[rest.length] = 0x80;
  blocks.writeBigUInt64LE(BigInt(sizeBytes) * 8n, blocks.length - 8);
  return blocks;
}
