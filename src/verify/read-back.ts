import { ObjectReading } from '../aws/read-back';
import type { ArchiveRow } from '../wire/inventory';
import type { StoredObject } from '../wire/receipt';
import type { RunBucket, Finding } from './check-archive';

const NEVER_ABORTED = new AbortController().signal;

/**
 * Reads every byte of an archive's object.
 * @returns null if they hash to the inventory's tree hash
 * @throws the AWS error if the bytes cannot be read
 */
export async function readBack(bucket: RunBucket, row: ArchiveRow, stored: StoredObject): Promise<Finding | null> {
  const found = await new ObjectReading(bucket.s3, bucket, row).run(stored, NEVER_ABORTED);
  switch (found.kind) {
    case 'same':
      return null;
    case 'other':
      return { kind: 'bytes', message: `the bytes hash to ${found.treeHash} instead of ${row.treeHash}` };
    case 'changed':
      return { kind: 'bytes', message: `the object changed while it was read (${found.code})` };
  }
}
