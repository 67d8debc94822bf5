import { text } from 'node:stream/consumers';
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { describeFault } from '../../aws/faults';
import { openObject } from '../../aws/run-files';
import { receiptPrefix, shardKey, shardPrefix, summaryKey } from '../../ids';
import type { ArchiveRow } from '../../wire/inventory';
import type { TransferSummary } from '../../wire/progress';
import type { Receipt } from '../../wire/receipt';

/** Receipts read at the same time: an archive with a workflow of its own has an object of its own. */
const PARALLEL_READS = 16;

/** What a run has written down in its bucket. Read shard by shard, so that a run of any size needs little memory. */
export class RunRecords {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
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
    return this.lines<ArchiveRow>(shardKey(this.run, shard));
  }

  /** Receipts of a shard by index. Where an archive has several, the last one counts. */
  async receipts(shard: number): Promise<ReadonlyMap<number, Receipt>> {
    const folder = shardKey(this.run, shard).slice(shardPrefix(this.run).length).replace('.jsonl', '/');
    const keys = this.keys(`${receiptPrefix(this.run)}${folder}`);
    const latest = new Map<number, Receipt>();
    const readOn = async (): Promise<void> => {
      for (let next = await keys.next(); next.done !== true; next = await keys.next()) {
        for (const receipt of await this.lines<Receipt>(next.value)) {
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
    try {
      return JSON.parse(await text(await openObject(this.s3, this.bucket, summaryKey(this.run)))) as TransferSummary;
    } catch (error) {
      if (describeFault(error).kind === 'missing') return null;
      throw error;
    }
  }

  private async *keys(prefix: string): AsyncGenerator<string> {
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { Bucket: this.bucket, Prefix: prefix })) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    }
  }

  private async lines<Row>(key: string): Promise<readonly Row[]> {
    const content = await text(await openObject(this.s3, this.bucket, key));
    return content
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
  }
}
