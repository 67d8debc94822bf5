import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { BodyReader } from '../bytes/body-reader';
import { RunningTreeHash } from '../domain/running-tree-hash';
import { LEAF_BYTES } from '../domain/tree-hash';
import type { ArchiveRow } from '../wire/inventory';
import type { StoredObject } from '../wire/receipt';
import type { ReadProgress } from '../wire/transfer';
import { describeAwsError, isTransient } from './errors';
import { inBucket, type OwnedBucket } from './owned-bucket';

/** Reads with a wrong hash, which the line may cause, before the object counts as wrong. */
const MAX_READS = 2;
/** Attempts without progress to continue a broken-off body after the last whole leaf. */
const MAX_ATTEMPTS = 5;
/** Codes for an object that is no longer the one HeadObject returned. */
const CHANGED: ReadonlySet<string> = new Set(['NoSuchKey', 'NoSuchVersion', 'PreconditionFailed']);

/** The result of reading every byte of an object. */
export type ReadBack =
  | { readonly kind: 'same' }
  | { readonly kind: 'other'; readonly treeHash: string }
  /** The object changed while it was read. */
  | { readonly kind: 'changed'; readonly code: string };

type ObjectVersion = Pick<StoredObject, 'versionId' | 'etag'>;

/** Reads every byte of an archive's object and compares its tree hash with the inventory's; 1 MiB of memory. */
export class ObjectReading {
  private etag: string;
  private reads: number;
  private doneBytes: number;
  private tree: RunningTreeHash;

  /** @param earlier progress of an interrupted reading of the same object */
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: OwnedBucket,
    private readonly row: Pick<ArchiveRow, 'key' | 'sizeBytes' | 'treeHash'>,
    earlier: ReadProgress | null = null,
  ) {
    // Kept from the first heartbeat on: an attempt that dies early must not lose the progress of earlier attempts.
    this.etag = earlier?.etag ?? '';
    this.reads = earlier?.reads ?? 0;
    this.doneBytes = earlier?.doneBytes ?? 0;
    this.tree = new RunningTreeHash(earlier?.roots);
  }

  progress(): ReadProgress {
    const { etag, reads, doneBytes, tree } = this;
    return { etag, reads, doneBytes, roots: tree.roots };
  }

  /** @throws the AWS error if the bytes cannot be read; the signal's reason if it aborts */
  async run(stored: ObjectVersion, signal: AbortSignal): Promise<ReadBack> {
    // A different object than the partially read one is read from the beginning.
    if (stored.etag !== this.etag) this.restart(0);
    this.etag = stored.etag;
    try {
      let treeHash = '';
      while (this.reads < MAX_READS) {
        await this.readRest(stored, signal);
        treeHash = this.tree.hex();
        if (treeHash === this.row.treeHash) return { kind: 'same' };
        this.restart(this.reads + 1);
      }
      return { kind: 'other', treeHash };
    } catch (error) {
      signal.throwIfAborted();
      const { code } = describeAwsError(error);
      if (!CHANGED.has(code)) throw error;
      return { kind: 'changed', code };
    }
  }

  private restart(reads: number): void {
    this.reads = reads;
    this.doneBytes = 0;
    this.tree = new RunningTreeHash();
  }

  private async readRest(stored: ObjectVersion, signal: AbortSignal): Promise<void> {
    const { sizeBytes } = this.row;
    const leaf = Buffer.allocUnsafeSlow(Math.min(LEAF_BYTES, sizeBytes));
    for (let attempt = 0; this.doneBytes < sizeBytes; attempt += 1) {
      const startByte = this.doneBytes;
      try {
        const body = await this.open(stored, startByte, signal);
        try {
          while (this.doneBytes < sizeBytes) {
            signal.throwIfAborted();
            const slice = leaf.subarray(0, Math.min(LEAF_BYTES, sizeBytes - this.doneBytes));
            await body.fill(slice);
            this.tree.add(slice);
            this.doneBytes += slice.length;
          }
        } finally {
          body.close();
        }
      } catch (error) {
        if (this.doneBytes > startByte) attempt = 0;
        if (signal.aborted || !isTransient(describeAwsError(error)) || attempt + 1 >= MAX_ATTEMPTS) throw error;
      }
    }
  }

  private async open({ versionId, etag }: ObjectVersion, startByte: number, signal: AbortSignal): Promise<BodyReader> {
    const command = new GetObjectCommand({
      ...inBucket(this.bucket),
      Key: this.row.key,
      VersionId: versionId ?? undefined,
      IfMatch: etag,
      Range: startByte === 0 ? undefined : `bytes=${startByte}-`,
    });
    const reply = await this.s3.send(command, { abortSignal: signal });
    return new BodyReader(reply.Body as Readable);
  }
}
