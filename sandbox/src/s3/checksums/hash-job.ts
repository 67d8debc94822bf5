import type { MessagePort } from 'node:worker_threads';
import type { ChecksumAlgorithm } from './algorithms';

/** In pieces of this size a body travels to the thread that hashes; only the last may be shorter. */
export const PIECE_BYTES = 512 * 1024;
/** Of one body at a time: some wait to be hashed together with those of others while another is filled. */
export const PIECES_PER_BODY = 3;

/** Asks for digests of a body, whose pieces come through the port; null ends it. MD5 is always among them. */
export interface HashJob {
  readonly algorithms: readonly ChecksumAlgorithm[];
  readonly port: MessagePort;
}

/** A piece that has been hashed, to be filled again; at the end the digests. */
export type HashReply = Uint8Array | ReadonlyMap<ChecksumAlgorithm, Uint8Array>;
