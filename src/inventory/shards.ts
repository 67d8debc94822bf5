import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ShardFill } from '../domain/shard-cut';

/** A finished shard file: one ArchiveRow as JSON per line. */
export interface ShardFile {
  readonly shard: number;
  readonly path: string;
  readonly archives: number;
  /** Decimal string. */
  readonly bytes: string;
}

/**
 * Writes the file of each shard.
 * @param lines the archives of all shards in order, a line each; closed in the end
 * @param folder an existing folder for the files
 * @throws the signal's reason when it aborts
 */
export async function writeShards(
  shards: readonly ShardFill[],
  lines: AsyncGenerator<Buffer>,
  folder: string,
  signal?: AbortSignal,
): Promise<readonly ShardFile[]> {
  const reader = new LineReader(lines);
  const files: ShardFile[] = [];
  try {
    for (const { shard, archives, bytes } of shards) {
      signal?.throwIfAborted();
      const file = path.join(folder, `shard-${String(shard).padStart(6, '0')}.jsonl`);
      await writeFile(file, reader.take(archives));
      files.push({ shard, path: file, archives, bytes: String(bytes) });
    }
  } finally {
    await lines.return(undefined);
  }
  return files;
}

const LINE_FEED = 0x0a;

class LineReader {
  private rest: Buffer = Buffer.alloc(0);

  /** @param source cut anywhere */
  constructor(private readonly source: AsyncGenerator<Buffer>) {}

  /** The next so many lines. */
  async *take(lines: number): AsyncGenerator<Buffer> {
    for (let left = lines; left > 0;) {
      if (this.rest.length === 0) this.rest = await this.read();
      let end = 0;
      while (left > 0 && end < this.rest.length) {
        const feed = this.rest.indexOf(LINE_FEED, end);
        end = feed === -1 ? this.rest.length : feed + 1;
        if (feed !== -1) left -= 1;
      }
      yield this.rest.subarray(0, end);
      this.rest = this.rest.subarray(end);
    }
  }

  private async read(): Promise<Buffer> {
    const next = await this.source.next();
    if (next.done === true) throw new Error('The catalogue has fewer archives than its shards.');
    return next.value;
  }
}
