/** FULL_OBJECT: of all bytes in order. COMPOSITE: of the parts' checksums, followed by `-N`. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

interface Algorithm {
  readonly digestBytes: number;
  /** What a multipart upload may have, the default first. */
  readonly multipartTypes: readonly ChecksumType[];
}

/**
 * The algorithms that clients send by default, and SHA-256. S3 User Guide, "Checking object integrity for data uploads",
 * table of full object and composite checksums: only CRCs of a whole can be computed from those of its parts.
 */
const ALGORITHMS = {
  CRC32: { digestBytes: 4, multipartTypes: ['COMPOSITE', 'FULL_OBJECT'] },
  CRC64NVME: { digestBytes: 8, multipartTypes: ['FULL_OBJECT'] },
  SHA256: { digestBytes: 32, multipartTypes: ['COMPOSITE'] },
} as const satisfies Readonly<Record<string, Algorithm>>;

export type ChecksumAlgorithm = keyof typeof ALGORITHMS;
/** Algorithms of S3 that the sandbox does not implement. */
export const MISSING_ALGORITHMS: ReadonlySet<string> = new Set([
  'CRC32C',
  'SHA1',
  'SHA512',
  'MD5',
  'XXHASH64',
  'XXHASH3',
  'XXHASH128',
]);
export const CHECKSUM_ALGORITHMS = Object.keys(ALGORITHMS) as readonly ChecksumAlgorithm[];

/** An object's checksum as S3 stores and shows it; `value` is base64. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

/** Base64 checksums of the same bytes, by algorithm. */
export type ChecksumValues = Readonly<Partial<Record<ChecksumAlgorithm, string>>>;

/** What S3 computes if the client does not choose an algorithm. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

export const multipartTypes = (algorithm: ChecksumAlgorithm): readonly ChecksumType[] =>
  ALGORITHMS[algorithm].multipartTypes;

export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

export type ChecksumElement = `Checksum${ChecksumAlgorithm}`;
export const checksumElement = (algorithm: ChecksumAlgorithm): ChecksumElement => `Checksum${algorithm}`;

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(ALGORITHMS, name);
}

/** The algorithm whose header or trailer field this is (lower case); null for any other field. */
export function algorithmOfHeader(field: string): ChecksumAlgorithm | null {
  return CHECKSUM_ALGORITHMS.find((algorithm) => checksumHeader(algorithm) === field) ?? null;
}

/** Whether `value` is canonical base64 of as many bytes as the algorithm gives. */
export function isWellFormed(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === ALGORITHMS[algorithm].digestBytes && bytes.toString('base64') === value;
}

/** A checksum as elements of a reply. */
export const checksumElements = (values: ChecksumValues): Record<string, string> =>
  Object.fromEntries(
    CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
      const value = values[algorithm];
      return value === undefined ? [] : [[checksumElement(algorithm), value]];
    }),
  );
