import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { requestKey, shardKey, shardPrefix, shardReceiptPrefix, summaryKey } from '../ids';
import type { ArchiveRow } from '../wire/inventory';
import type { TransferSummary } from '../wire/progress';
import type { Receipt } from '../wire/receipt';
import { inBucket, type OwnedBucket } from './owned-bucket';
import { readJsonLines, readText } from './run-files';

/** Receipts read at the same time: an archive with a workflow of its own has an object of its own. */
const PARALLEL_READS = 16;

/**
 * The bucket of a run with the account that the run was told. Read from the run's own request, before anything else and
 * without an owner: who must be sure whose bucket it is gives the account.
 */
export async function recordedBucket(s3: S3Client, bucket: string, run: string): Promise<OwnedBucket> {
  const request = await readText(s3, { bucket, bucketOwner: null }, requestKey(run));
  const { bucketOwner = null } = (request === null ? {} : JSON.parse(request)) as Partial<OwnedBucket>;
  return { bucket, bucketOwner };
}

/** What a run has written down in its bucket. Read shard by shard, so that a run of any size needs little memory. */
export class RunRecords {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: OwnedBucket,
    private readonly run: string,
  ) {}

  /** Numbers of the shards, rising. @throws the AWS error */
  async *shards(): AsyncGenerator<number> {
    for await (const key of this.keys(shardPrefix(this.run))) {
      const match = /shard-(\d+)\.jsonl$/.exec(key);
      if (match !== null) yield Number(match[1]);
    }
  }

  /** Archives of a shard (at most 5,000, a few MB), in order of index. */
  rows(shard: number): Promise<readonly ArchiveRow[]> {
    return readJsonLines(this.s3, this.bucket, shardKey(this.run, shard));
  }

  /** The highest number of a batch that has left receipts; 0 for none. */
  async lastBatch(shard: number): Promise<number> {
    let last = 0;
    for await (const key of this.keys(shardReceiptPrefix(this.run, shard))) {
      last = Math.max(last, Number(/batch-(\d+)\.jsonl$/.exec(key)?.[1] ?? 0));
    }
    return last;
  }

  /** Receipts of a shard by index. Where an archive has several, the last one counts. */
  async receipts(shard: number): Promise<ReadonlyMap<number, Receipt>> {
    const keys = this.keys(shardReceiptPrefix(this.run, shard));
    const latest = new Map<number, Receipt>();
    const readOn = async (): Promise<void> => {
      for (let next = await keys.next(); next.done !== true; next = await keys.next()) {
        for (const receipt of await readJsonLines<Receipt>(this.s3, this.bucket, next.value)) {
          const known = latest.get(receipt.index);
          if (known === undefined || known.settledAt <= receipt.settledAt) latest.set(receipt.index, receipt);
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_READS }, readOn));
    return latest;
  }

  /** The result of the run; null while it has none. */
  async summary(): Promise<TransferSummary | null> {
    const text = await readText(this.s3, this.bucket, summaryKey(this.run));
    return text === null ? null : (JSON.parse(text) as TransferSummary);
  }

  private async *keys(prefix: string): AsyncGenerator<string> {
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { ...inBucket(this.bucket), Prefix: prefix })) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    }
  }
}
