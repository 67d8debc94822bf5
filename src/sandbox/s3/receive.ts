import type { IncomingMessage } from 'node:http';
import { AwsChunkedDecoder } from './aws-chunked';
import { checksumHeader, type ChecksumAlgorithm, type ChecksumValues } from './checksums/algorithms';
import { DigestSet, type DigestName } from './checksums/digests';
import { S3Error } from './errors';
import { assertWellFormed, type DeclaredPayload } from './payload';

/** What arrived and was proven. */
export interface ReceivedPayload {
  readonly sizeBytes: number;
  /** Raw; empty where `MD5` was neither asked for nor declared. */
  readonly md5: Buffer;
  /** Every checksum that was computed, base64. */
  readonly checksums: ChecksumValues;
}

/**
 * Streams a request's payload into `write`, waiting for each write, and checks it against everything that was declared.
 * `wanted` are digests to compute besides the declared ones.
 * @throws S3Error BadDigest, XAmzContentSHA256Mismatch, IncompleteBody, MalformedTrailerError: drop what was written
 */
export async function receivePayload(
  request: IncomingMessage,
  declared: DeclaredPayload,
  wanted: readonly DigestName[],
  write: (bytes: Buffer) => Promise<void>,
): Promise<ReceivedPayload> {
  const digests = new DigestSet(digestNames(declared, wanted));
  const decoder = declared.framed ? new AwsChunkedDecoder() : null;
  let sizeBytes = 0;
  // The request must outlive an error in here: the client is still to get its answer.
  for await (const arrived of request.iterator({ destroyOnReturn: false })) {
    const bytes = arrived as Buffer;
    for (const piece of decoder?.decode(bytes) ?? [bytes]) {
      sizeBytes += piece.length;
      if (sizeBytes > declared.sizeBytes) throw incomplete();
      digests.update(piece);
      await write(piece);
    }
  }
  const trailer = decoder?.finish();
  if (sizeBytes !== declared.sizeBytes) throw incomplete();
  const found = await digests.finish();
  checkDigests(declared, found, trailer);
  return { sizeBytes, md5: found.get('MD5') ?? Buffer.alloc(0), checksums: base64Checksums(found) };
}

const incomplete = (): S3Error =>
  new S3Error('IncompleteBody', 'You did not provide the number of bytes specified by the length header.');

function digestNames(declared: DeclaredPayload, wanted: readonly DigestName[]): readonly DigestName[] {
  return [
    ...wanted,
    ...(declared.md5 === null ? [] : (['MD5'] as const)),
    ...(declared.sha256 === null ? [] : (['SHA256'] as const)),
    ...(declared.checksum === null ? [] : [declared.checksum.algorithm]),
  ];
}

function checkDigests(
  declared: DeclaredPayload,
  found: ReadonlyMap<DigestName, Buffer>,
  trailer: ReadonlyMap<string, string> | undefined,
): void {
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
  if (declared.checksum === null) return;
  const { algorithm, value } = declared.checksum;
  if ((value ?? trailerValue(algorithm, trailer)) !== found.get(algorithm)?.toString('base64')) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}

function trailerValue(algorithm: ChecksumAlgorithm, trailer: ReadonlyMap<string, string> | undefined): string {
  const field = checksumHeader(algorithm);
  const value = trailer?.get(field);
  if (value === undefined) {
    throw new S3Error('MalformedTrailerError', `The request announced the trailer ${field} and did not send it.`);
  }
  assertWellFormed(algorithm, value, field);
  return value;
}

function base64Checksums(found: ReadonlyMap<DigestName, Buffer>): ChecksumValues {
  return Object.fromEntries(
    [...found].filter(([name]) => name !== 'MD5').map(([name, digest]) => [name, digest.toString('base64')]),
  );
}
