export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** FULL_OBJECT: of all bytes in order. COMPOSITE: of the parts' checksums, with `-N` behind it. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** An object's checksum as S3 stores and shows it; `value` is base64. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

/** Base64 checksums of the same bytes, by algorithm. */
export type ChecksumValues = Readonly<Partial<Record<ChecksumAlgorithm, string>>>;

/** What S3 computes when nobody asks for a checksum. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

const DIGEST_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;
export const checksumElement = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm}`;

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return (CHECKSUM_ALGORITHMS as readonly string[]).includes(name);
}

/** The algorithm whose header or trailer field this is (lower case); null for any other field. */
export function algorithmOfHeader(field: string): ChecksumAlgorithm | null {
  return CHECKSUM_ALGORITHMS.find((algorithm) => checksumHeader(algorithm) === field) ?? null;
}

/** Whether `value` is canonical base64 of as many bytes as the algorithm gives. */
export function isWellFormed(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === DIGEST_BYTES[algorithm] && bytes.toString('base64') === value;
}

/** A checksum as elements of a reply. */
export const checksumElements = (values: ChecksumValues): Record<string, string> =>
  Object.fromEntries(
    CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
      const value = values[algorithm];
      return value === undefined ? [] : [[checksumElement(algorithm), value]];
    }),
  );
