import { AwsChunkedDecoder } from './aws-chunked';
import { type ChecksumAlgorithm, type ChecksumValues, checksumHeader } from './checksums/algorithms';
import { type Digests, DigestSet, type DigestAlgorithm } from './checksums/digests';
import { S3Error } from './errors';
import type { StoredPart } from './model';
import { declaredPayload, type DeclaredPayload, assertWellFormed } from './payload';
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
 * Streams the body of PutObject or UploadPart into a new file and verifies it; after an error nothing is left.
 * `algorithm` is computed and stored in addition to the checksum that the request declares.
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

/** A received and verified payload. */
interface ReceivedPayload {
  readonly sizeBytes: number;
  /** Every digest that was computed. */
  readonly digests: Digests;
}

/**
 * Streams a request's payload into `write`, waiting for each write, and checks it against everything that was declared.
 * `wanted` are digests to compute in addition to the declared ones.
 * @throws S3Error BadDigest, XAmzContentSHA256Mismatch, IncompleteBody, InvalidChunkSizeError, MalformedTrailerError: drop
 * what was written
 */
async function receivePayload(
  { request }: S3Call,
  declared: DeclaredPayload,
  wanted: readonly DigestAlgorithm[],
  write: (bytes: Buffer) => Promise<void>,
): Promise<ReceivedPayload> {
  const running = await DigestSet.create([...wanted, ...declaredAlgorithms(declared)]);
  const decoder = declared.framed ? new AwsChunkedDecoder() : null;
  let sizeBytes = 0;
  // The request must outlive an error in here: the client still has to get its answer.
  for await (const arrived of request.iterator({ destroyOnReturn: false })) {
    const bytes = arrived as Buffer;
    for (const piece of decoder?.decode(bytes) ?? [bytes]) {
      sizeBytes += piece.length;
      if (sizeBytes > declared.sizeBytes) throw incomplete();
      running.update(piece);
      await write(piece);
    }
  }
  const trailer = decoder?.finish() ?? new Map();
  if (sizeBytes !== declared.sizeBytes) throw incomplete();
  const digests = running.finish();
  checkDigests(declared, digests, trailer);
  return { sizeBytes, digests };
}

const incomplete = (): S3Error =>
  new S3Error('IncompleteBody', 'You did not provide the number of bytes specified by the length header.');

const declaredAlgorithms = ({ md5, sha256, checksum }: DeclaredPayload): readonly DigestAlgorithm[] => [
  ...(md5 === null ? [] : (['MD5'] as const)),
  ...(sha256 === null ? [] : (['SHA256'] as const)),
  ...(checksum === null ? [] : [checksum.algorithm]),
];

function checkDigests(declared: DeclaredPayload, found: Digests, trailer: ReadonlyMap<string, string>): void {
  const sha256 = found.get('SHA256')?.toString('hex');
  if (declared.sha256 !== null && declared.sha256 !== sha256) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      { ClientComputedContentSHA256: declared.sha256, S3ComputedContentSHA256: sha256 ?? '' },
    );
  }
  if (declared.md5 !== null && found.get('MD5')?.equals(declared.md5) !== true) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const announced = declared.checksum?.value === null ? checksumHeader(declared.checksum.algorithm) : null;
  const unannounced = [...trailer.keys()].find((field) => field !== announced);
  if (unannounced !== undefined) {
    throw new S3Error('MalformedTrailerError', `The request sent the trailer ${unannounced} and did not announce it.`);
  }
  if (declared.checksum === null) return;
  const { algorithm, value } = declared.checksum;
  if ((value ?? trailerValue(algorithm, trailer)) !== found.get(algorithm)?.toString('base64')) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}

function trailerValue(algorithm: ChecksumAlgorithm, trailer: ReadonlyMap<string, string>): string {
  const field = checksumHeader(algorithm);
  const value = trailer.get(field);
  if (value === undefined) {
    throw new S3Error('MalformedTrailerError', `The request announced the trailer ${field} and did not send it.`);
  }
  assertWellFormed(algorithm, value, field);
  return value;
}
