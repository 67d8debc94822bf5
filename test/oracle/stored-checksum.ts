import type { Fingerprint } from './fingerprint';
import type { FoundObject } from './world';

/** What is wrong with the one checksum that S3 keeps over a whole object; null for nothing. */
export function checksumProblem({ sha256, crc32 }: FoundObject, truth: Fingerprint): string | null {
  const [what, found, expected] =
    sha256 === null
      ? ['CRC32 of the whole object', crc32, truth.crc32]
      : ['SHA-256 of the whole object', sha256, truth.sha256];
  return found === expected ? null : `the ${what} is ${found}, and should be ${expected}`;
}
