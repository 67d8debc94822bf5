import { createHash } from 'node:crypto';
import { sameHex, sign } from './signing-key';

/**
 * Checks the signatures within one `aws-chunked` body, each of which continues the one before it, beginning with that
 * of the request. Call in the order of the body; after a `false` the body is not to be trusted.
 */
export interface ChunkVerifier {
  /** @param sha256 of the chunk's bytes, hex; also for the last one, which is empty */
  chunk(signature: string, sha256: string): boolean;
  /** @param sha256 of the trailer lines `name:value\n` without `x-amz-trailer-signature`, hex */
  trailer(signature: string, sha256: string): boolean;
}

const SHA256_OF_NOTHING = createHash('sha256').digest('hex');

/** The chain of the S3 API reference, "SigV4 streaming" and "SigV4 streaming trailers". */
export function chunkVerifier(seed: {
  readonly signingKey: Buffer;
  readonly timestamp: string;
  readonly scope: string;
  readonly signature: string;
}): ChunkVerifier {
  let previous = seed.signature;
  const verify = (algorithm: string, signature: string, hashes: readonly string[]): boolean => {
    const text = [algorithm, seed.timestamp, seed.scope, previous, ...hashes].join('\n');
    previous = sign(seed.signingKey, text);
    return sameHex(previous, signature);
  };
  return {
    chunk: (signature, sha256) => verify('AWS4-HMAC-SHA256-PAYLOAD', signature, [SHA256_OF_NOTHING, sha256]),
    trailer: (signature, sha256) => verify('AWS4-HMAC-SHA256-TRAILER', signature, [sha256]),
  };
}
