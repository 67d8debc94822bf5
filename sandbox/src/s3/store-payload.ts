import type { ChecksumAlgorithm, ChecksumValues } from './checksums/algorithms';
import type { Digests } from './checksums/digests';
import { S3Error } from './errors';
import type { StoredPart } from './model';
import { declaredPayload, type DeclaredPayload } from './payload';
import { receivePayload } from './receive';
import { wholeSeconds, type S3Call } from './s3-call';

const LARGEST_PUT_BYTES = 5 * 1024 ** 3;
const LARGEST_DOCUMENT_BYTES = 8 * 1024 ** 2;

/** Body headers of PutObject or UploadPart. @throws S3Error EntityTooLarge and those of {@link declaredPayload} */
export function declaredObjectPayload(call: S3Call): DeclaredPayload {
  const declared = declaredPayload(call.headers);
  if (declared.sizeBytes > LARGEST_PUT_BYTES) throw tooLarge(declared.sizeBytes, LARGEST_PUT_BYTES);
  return declared;
}

/**
 * Streams the body of PutObject or UploadPart into a file of its own and verifies it; after any error nothing is left.
 * `algorithm` is computed and kept besides the checksum that the request declares.
 */
export async function storePayload(
  call: S3Call,
  declared: DeclaredPayload,
  partNumber: number,
  algorithm: ChecksumAlgorithm,
): Promise<StoredPart> {
  const file = await call.store.files.create(call.key);
  try {
    const { sizeBytes, digests } = await receivePayload(call, declared, ['MD5', algorithm], (bytes) =>
      file.write(bytes),
    );
    await file.close();
    return {
      partNumber,
      fileId: file.fileId,
      sizeBytes,
      md5: digests.get('MD5')?.toString('hex') ?? '',
      checksums: base64Of(digests, [algorithm, declared.checksum?.algorithm ?? algorithm]),
      modifiedMs: wholeSeconds(call.context.clock.now()),
    };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

const base64Of = (digests: Digests, algorithms: readonly ChecksumAlgorithm[]): ChecksumValues =>
  Object.fromEntries(algorithms.map((algorithm) => [algorithm, digests.get(algorithm)?.toString('base64')]));

/** The body of a request that is an XML document; `declared` says what is verified. @throws S3Error EntityTooLarge */
export async function receiveDocument(call: S3Call, declared = declaredPayload(call.headers)): Promise<string> {
  if (declared.sizeBytes > LARGEST_DOCUMENT_BYTES) throw tooLarge(declared.sizeBytes, LARGEST_DOCUMENT_BYTES);
  const pieces: Buffer[] = [];
  await receivePayload(call, declared, [], async (bytes) => void pieces.push(bytes));
  return Buffer.concat(pieces).toString('utf8');
}

const tooLarge = (sizeBytes: number, mostBytes: number): S3Error =>
  new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: sizeBytes,
    MaxSizeAllowed: mostBytes,
  });
