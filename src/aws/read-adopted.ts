import type { S3Client } from '@aws-sdk/client-s3';
import { Failure, TransferError } from '../failures';
import type { StoredObject } from '../wire/receipt';
import type { RunSettings } from '../wire/request';
import type { ReadAdoptedInput } from '../wire/transfer';
import { describeAwsError } from './errors';
import type { ObjectReading } from './read-back';
import { holdsOtherBytes, lookAtKey, provedByCrc32 } from './s3-objects';

/**
 * Adopts the object under an archive's key by the strongest available proof: S3's SHA-256, or else its bytes. If they
 * cannot be read, it must have the CRC32 of bytes that this run has had; metadata alone are no proof.
 * @param reading of this archive's object; continues where an earlier one was interrupted
 * @returns null if there is no longer an object
 * @throws TransferError KeyTaken for another object or other bytes, NotReadable; Unavailable if it changed meanwhile;
 * AWS errors; the signal's reason if it aborts
 */
export async function adoptByReading(
  s3: S3Client,
  { settings, archive, crc32 }: Omit<ReadAdoptedInput, 'progress'>,
  reading: ObjectReading,
  signal: AbortSignal,
): Promise<StoredObject | null> {
  const found = await lookAtKey(s3, settings, archive);
  if (found.kind === 'absent') return null;
  const stored = crc32 === null ? found.stored : provedByCrc32(settings, archive, found.stored, crc32);
  if (stored.proof === 'sha256') return stored;
  const unread = (): StoredObject => {
    if (crc32 !== null) return stored;
    throw notReadable(settings, stored);
  };
  if (!found.readable) return unread();
  try {
    const read = await reading.run(stored, signal);
    if (read.kind === 'same') return { ...stored, proof: 'read-back' };
    if (read.kind === 'other') {
      throw holdsOtherBytes(
        settings,
        archive,
        `read back, they hash to ${read.treeHash} instead of ${archive.treeHash}`,
      );
    }
    throw new TransferError(Failure.Unavailable, `${archive.key} changed while it was read (${read.code})`, {
      retryable: true,
    });
  } catch (error) {
    // A lifecycle rule has archived it in the meantime, or its restored copy has expired.
    if (describeAwsError(error).code === 'InvalidObjectState') return unread();
    throw error;
  }
}

const notReadable = ({ bucket }: RunSettings, { key, storageClass }: StoredObject): TransferError =>
  new TransferError(
    Failure.NotReadable,
    `s3://${bucket}/${key} has the metadata of this archive, but its bytes cannot be read back: it is archived ` +
      `(${storageClass}). It was not touched. Restore it (aws s3api restore-object), wait until that is done, and retry; or ` +
      'start a run without --read-adopted, which adopts it by metadata and size.',
  );
