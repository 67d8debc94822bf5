import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { inBucket, type OwnedBucket } from '../aws/owned-bucket';
import {
  preparedKey,
  quarantineKey,
  requestKey,
  shardIndexKey,
  shardKey,
  shardPrefix,
  shardReceiptPrefix,
  summaryKey,
} from '../ids';
import type { QuarantinedRow } from '../inventory/quarantine';
import type { ArchiveRow, PreparedInventory, ShardIndexRow } from '../wire/inventory';
import type { TransferSummary } from '../wire/progress';
import type { Receipt } from '../wire/receipt';
import { readJsonLines, readText, streamJsonLines } from './run-files';

/** Receipts read concurrently: an archive with its own workflow has its own object. */
const CONCURRENT_READS = 16;

/**
 * The bucket of a run with its expected owner from the run's request. This is read first and without an expected owner: a
 * user who must be sure of the owner passes the account.
 */
export async function recordedBucket(s3: S3Client, bucket: string, run: string): Promise<OwnedBucket> {
  const request = await readText(s3, { bucket, bucketOwner: null }, requestKey(run));
  const { bucketOwner = null } = (request === null ? {} : JSON.parse(request)) as Partial<OwnedBucket>;
  return { bucket, bucketOwner };
}

/** The records of a run in its bucket. Read shard by shard, so that a run of any size needs little memory. */
export class RunRecords {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: OwnedBucket,
    private readonly run: string,
  ) {}

  /** Every archive with its receipt, in order of index; holds one shard in memory at a time. */
  async *archives(): AsyncGenerator<{ readonly row: ArchiveRow; readonly receipt: Receipt | null }> {
    for await (const shard of this.shards()) {
      const [rows, receipts] = await Promise.all([this.rows(shard), this.receipts(shard)]);
      for (const row of rows) yield { row, receipt: receipts.get(row.index) ?? null };
    }
  }

  /** Counts of the inventory; null until shards and catalogue are complete. */
  prepared(): Promise<PreparedInventory | null> {
    return this.json(preparedKey(this.run));
  }

  /** Which archives each shard holds, in order of index. A run of ten million archives has a few thousand shards. */
  shardIndex(): Promise<readonly ShardIndexRow[]> {
    return readJsonLines(this.s3, this.bucket, shardIndexKey(this.run));
  }

  /** Invalid rows of the inventory. @throws NoSuchKey if there are none */
  quarantine(): AsyncGenerator<QuarantinedRow> {
    return streamJsonLines(this.s3, this.bucket, quarantineKey(this.run));
  }

  /** Numbers of the shards, ascending. @throws the AWS error */
  private async *shards(): AsyncGenerator<number> {
    for await (const key of this.keys(shardPrefix(this.run))) {
      const match = /shard-(\d+)\.jsonl$/.exec(key);
      if (match !== null) yield Number(match[1]);
    }
  }

  /** Archives of a shard (at most 5,000, a few MB), in order of index. */
  private rows(shard: number): Promise<readonly ArchiveRow[]> {
    return readJsonLines(this.s3, this.bucket, shardKey(this.run, shard));
  }

  /** The highest number of a batch with receipts; 0 if there is none. */
  async lastBatch(shard: number): Promise<number> {
    let last = 0;
    for await (const key of this.keys(shardReceiptPrefix(this.run, shard))) {
      last = Math.max(last, Number(/batch-(\d+)\.jsonl$/.exec(key)?.[1] ?? 0));
    }
    return last;
  }

  /** Receipts of a shard by index. If an archive has several, the last one counts. */
  async receipts(shard: number): Promise<ReadonlyMap<number, Receipt>> {
    const keys = this.keys(shardReceiptPrefix(this.run, shard));
    const latest = new Map<number, Receipt>();
    const reader = async (): Promise<void> => {
      for (let next = await keys.next(); next.done !== true; next = await keys.next()) {
        for (const receipt of await readJsonLines<Receipt>(this.s3, this.bucket, next.value)) {
          const known = latest.get(receipt.index);
          if (known === undefined || known.settledAt <= receipt.settledAt) latest.set(receipt.index, receipt);
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT_READS }, reader));
    return latest;
  }

  /** The summary of the run; null until it is written. */
  summary(): Promise<TransferSummary | null> {
    return this.json(summaryKey(this.run));
  }

  private async json<Content>(key: string): Promise<Content | null> {
    const text = await readText(this.s3, this.bucket, key);
    return text === null ? null : (JSON.parse(text) as Content);
  }

  private async *keys(prefix: string): AsyncGenerator<string> {
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { ...inBucket(this.bucket), Prefix: prefix })) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    }
  }
}
