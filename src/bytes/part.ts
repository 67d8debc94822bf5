import { Readable } from 'node:stream';
import { crc32 } from '@node-rs/crc32';
import { foldTree, hashLeaf, LEAF_BYTES } from '../domain/tree-hash';
import type { BodyReader } from './body-reader';
import type { LeafPool } from './leaf-pool';

/** Bytes in memory with their checksums, computed over the same buffers that are sent. */
export interface Part {
  readonly slices: readonly Buffer[];
  readonly sizeBytes: number;
  /** Tree hash of the bytes, 32 bytes. */
  readonly root: Buffer;
  /** CRC32, unsigned. */
  readonly crc32: number;
  /** Releases the memory. */
  release(): void;
}

/**
 * Reads the next `sizeBytes` of a body into pooled memory: one SHA-256 and one CRC32 pass per byte, leaf by leaf.
 * @throws WrongLength if the body is short; the memory is released
 */
export async function readPart(
  body: BodyReader,
  sizeBytes: number,
  pool: LeafPool,
  signal: AbortSignal,
): Promise<Part> {
  const leaves = await pool.reserve(sizeBytes, signal);
  try {
    const slices: Buffer[] = [];
    const digests: Buffer[] = [];
    let crc = 0;
    for (const [number, leaf] of leaves.entries()) {
      const slice = leaf.subarray(0, Math.min(LEAF_BYTES, sizeBytes - number * LEAF_BYTES));
      await body.fill(slice);
      digests.push(hashLeaf(slice));
      crc = crc32(slice, crc);
      slices.push(slice);
    }
    return { slices, sizeBytes, root: foldTree(digests), crc32: crc, release: () => pool.release(leaves) };
  } catch (error) {
    pool.release(leaves);
    throw error;
  }
}

/** A new stream over the part's memory; each attempt of an upload needs its own. */
export const partBody = (part: Part): Readable => Readable.from(part.slices, { objectMode: false });
