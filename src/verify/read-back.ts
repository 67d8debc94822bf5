import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { describeFault, isPassing } from '../aws/faults';
import { inBucket } from '../aws/owned-bucket';
import { BodyReader } from '../bytes/body-reader';
import { LEAF_BYTES } from '../domain/tree-hash';
import type { ArchiveRow } from '../wire/inventory';
import type { StoredObject } from '../wire/receipt';
import type { Place } from './check-object';
import type { Finding } from './difference';
import { RunningTreeHash } from './running-tree-hash';

/** A wrong hash may be the line's fault: the object is read so often before it is held to be wrong. */
const READS = 2;
/** A body that breaks off is taken up again behind the last whole leaf, so often without any progress. */
const TRIES = 5;
/** The object is not what HeadObject has just shown. */
const CHANGED: ReadonlySet<string> = new Set(['NoSuchKey', 'NoSuchVersion', 'PreconditionFailed']);

/**
 * Reads every byte of an archive's object and compares its tree hash with the inventory's; 1 MiB of memory.
 * @returns null when they agree
 * @throws the AWS error when the bytes cannot be read
 */
export async function readBack(place: Place, row: ArchiveRow, stored: StoredObject): Promise<Finding | null> {
  try {
    let found = '';
    for (let read = 0; read < READS; read += 1) {
      found = await treeHashOf(place, row, stored);
      if (found === row.treeHash) return null;
    }
    return { kind: 'bytes', message: `the bytes hash to ${found} instead of ${row.treeHash}` };
  } catch (error) {
    const { code } = describeFault(error);
    if (!CHANGED.has(code)) throw error;
    return { kind: 'bytes', message: `the object changed while it was read (${code})` };
  }
}

async function treeHashOf(place: Place, { key, sizeBytes }: ArchiveRow, stored: StoredObject): Promise<string> {
  const tree = new RunningTreeHash();
  const leaf = Buffer.allocUnsafeSlow(Math.min(LEAF_BYTES, sizeBytes));
  let doneBytes = 0;
  for (let tried = 0; doneBytes < sizeBytes; tried += 1) {
    const startByte = doneBytes;
    try {
      const body = await open(place, key, stored, startByte);
      try {
        while (doneBytes < sizeBytes) {
          const slice = leaf.subarray(0, Math.min(LEAF_BYTES, sizeBytes - doneBytes));
          await body.fill(slice);
          tree.add(slice);
          doneBytes += slice.length;
        }
      } finally {
        body.close();
      }
    } catch (error) {
      if (doneBytes > startByte) tried = 0;
      if (!isPassing(describeFault(error)) || tried + 1 >= TRIES) throw error;
    }
  }
  return tree.hex();
}

async function open(
  place: Place,
  key: string,
  { versionId, etag }: StoredObject,
  startByte: number,
): Promise<BodyReader> {
  const reply = await place.s3.send(
    new GetObjectCommand({
      ...inBucket(place),
      Key: key,
      VersionId: versionId ?? undefined,
      IfMatch: etag,
      Range: startByte === 0 ? undefined : `bytes=${startByte}-`,
    }),
  );
  return new BodyReader(reply.Body as Readable);
}
