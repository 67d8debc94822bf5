import { notImplemented, S3Error } from '../errors';
import {
  CHECKSUM_ALGORITHMS,
  DEFAULT_ALGORITHM,
  isChecksumAlgorithm,
  MISSING_ALGORITHMS,
  multipartTypes,
  type Checksum,
  type ChecksumAlgorithm,
  type ChecksumType,
} from './algorithms';
import { combineCrcs, isCrc } from './combine';
import { digestOf } from './digests';

/** The checksum a multipart upload was created with. */
export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Chosen by the client. Otherwise parts may carry any algorithm, and S3 adds its own. */
  readonly requested: boolean;
}

/**
 * What x-amz-checksum-algorithm and x-amz-checksum-type of CreateMultipartUpload mean together.
 * @throws S3Error InvalidRequest for an unknown algorithm or a type that the algorithm does not have, NotImplemented
 */
export function uploadChecksum(algorithm: string | undefined, type: string | undefined): UploadChecksum {
  if (algorithm === undefined) {
    if (type !== undefined) {
      throw new S3Error('InvalidRequest', 'x-amz-checksum-type can only be used with x-amz-checksum-algorithm.');
    }
    return { algorithm: DEFAULT_ALGORITHM, type: 'FULL_OBJECT', requested: false };
  }
  const name = algorithm.toUpperCase();
  if (MISSING_ALGORITHMS.has(name)) throw notImplemented(`the checksum algorithm ${name}`);
  if (!isChecksumAlgorithm(name)) {
    const valid = CHECKSUM_ALGORITHMS.join(', ');
    throw new S3Error('InvalidRequest', `Checksum algorithm provided is unsupported. Valid types: [${valid}]`);
  }
  const types = multipartTypes(name);
  const chosen = type === undefined ? types[0] : types.find((candidate) => candidate === type);
  if (chosen === undefined) {
    throw new S3Error('InvalidRequest', `The ${type} checksum type cannot be used with the ${name} algorithm.`);
  }
  return { algorithm: name, type: chosen, requested: true };
}

/** Checksum of the object that the parts make up; `value` of a part is its own checksum, base64. */
export async function objectChecksum(
  { algorithm, type }: UploadChecksum,
  parts: readonly { readonly value: string; readonly sizeBytes: number }[],
): Promise<Checksum> {
  if (type === 'FULL_OBJECT' && isCrc(algorithm)) return { algorithm, type, value: combineCrcs(algorithm, parts) };
  const digests = Buffer.concat(parts.map(({ value }) => Buffer.from(value, 'base64')));
  const digest = await digestOf(algorithm, digests);
  return { algorithm, type, value: `${digest.toString('base64')}-${parts.length}` };
}
