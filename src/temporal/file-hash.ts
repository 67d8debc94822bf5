import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** A file's SHA-256 is not the expected one; the message names both. */
export class WrongBytesError extends Error {
  override readonly name = 'WrongBytesError';
  constructor(what: string, expected: string, found: string) {
    super(`${what} has SHA-256 ${found}, expected was ${expected}: it was not used`);
  }
}

/**
 * Reads a file and compares its SHA-256.
 * @param what names the file in the message
 * @param expected in hexadecimal
 * @throws {WrongBytesError}
 */
export async function expectSha256(file: string, what: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found !== expected) throw new WrongBytesError(what, expected, found);
}
