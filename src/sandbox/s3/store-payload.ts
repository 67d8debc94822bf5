import type { ChecksumAlgorithm } from './checksums/algorithms';
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
 * `algorithm` is computed besides what the request declares.
 */
export async function storePayload(
  call: S3Call,
  declared: DeclaredPayload,
  partNumber: number,
  algorithm: ChecksumAlgorithm,
): Promise<StoredPart> {
  const file = await call.store.files.create();
  try {
    const received = await receivePayload(call.request, declared, ['MD5', algorithm], (bytes) => file.write(bytes));
    await file.close();
    return {
      partNumber,
      fileId: file.fileId,
      sizeBytes: received.sizeBytes,
      md5: received.md5.toString('hex'),
      checksums: received.checksums,
      modifiedMs: wholeSeconds(call.context.clock.now()),
    };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** The body of a request that is an XML document; `declared` says what is verified. @throws S3Error EntityTooLarge */
export async function receiveDocument(call: S3Call, declared = declaredPayload(call.headers)): Promise<string> {
  if (declared.sizeBytes > LARGEST_DOCUMENT_BYTES) throw tooLarge(declared.sizeBytes, LARGEST_DOCUMENT_BYTES);
  const pieces: Buffer[] = [];
  await receivePayload(call.request, declared, [], async (bytes) => void pieces.push(bytes));
  return Buffer.concat(pieces).toString('utf8');
}

const tooLarge = (sizeBytes: number, mostBytes: number): S3Error =>
  new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: sizeBytes,
    MaxSizeAllowed: mostBytes,
  });
