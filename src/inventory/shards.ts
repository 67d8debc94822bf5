import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { FIRST_SHARD, placeArchive, type ShardFill, type ShardLimits } from '../domain/shard-cut';
import type { CountAndBytes } from '../wire/inventory';
import { ARCHIVE_JSON } from './archive-json';
import { chunksOf } from './limited-duckdb';

/** A finished shard file: one ArchiveRow as JSON per line. */
export interface ShardFile {
  readonly shard: number;
  readonly path: string;
  readonly archives: number;
  /** Decimal string. */
  readonly bytes: string;
}

/**
 * Cuts what the catalogue does not exclude into shard files, in its order: DuckDB reads a Parquet file in the order it
 * was written.
 * @param cataloguePath Parquet
 * @param folder an existing folder for the files
 */
export async function writeShards(
  connection: DuckDBConnection,
  cataloguePath: string,
  folder: string,
  limits: ShardLimits,
): Promise<{ readonly shards: readonly ShardFile[]; readonly total: CountAndBytes }> {
  const writer = new ShardWriter(folder, limits);
  try {
    const rows = await connection.stream(
      `SELECT size_bytes::DOUBLE, own, ${ARCHIVE_JSON} FROM read_parquet($path) WHERE NOT excluded`,
      { path: cataloguePath },
    );
    for await (const chunk of chunksOf(rows)) await writer.add(chunk.getColumns());
    return await writer.finish();
  } finally {
    await writer.close();
  }
}

/** Appends rows to the open shard's file and goes on to the next when {@link placeArchive} says so. */
class ShardWriter {
  private readonly shards: ShardFile[] = [];
  private open: ShardFill = FIRST_SHARD;
  private file: FileHandle | null = null;
  private lines: string[] = [];

  constructor(
    private readonly folder: string,
    private readonly limits: ShardLimits,
  ) {}

  async add([sizes = [], owns = [], lines = []]: readonly (readonly DuckDBValue[])[]): Promise<void> {
    for (const [position, line] of lines.entries()) {
      const archive = { sizeBytes: Number(sizes[position]), own: owns[position] === true };
      const placed = placeArchive(this.open, archive, this.limits);
      if (placed.shard !== this.open.shard) await this.endShard();
      this.open = placed;
      this.lines.push(`${String(line)}\n`);
    }
    await this.flush();
  }

  async finish(): Promise<{ shards: readonly ShardFile[]; total: CountAndBytes }> {
    if (this.open.archives > 0) await this.endShard();
    const archives = this.shards.reduce((sum, shard) => sum + shard.archives, 0);
    const bytes = this.shards.reduce((sum, shard) => sum + BigInt(shard.bytes), 0n);
    return { shards: this.shards, total: { archives, bytes: String(bytes) } };
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = null;
  }

  private get path(): string {
    return path.join(this.folder, `shard-${String(this.open.shard).padStart(6, '0')}.jsonl`);
  }

  private async flush(): Promise<void> {
    this.file ??= await open(this.path, 'w');
    await this.file.appendFile(this.lines.join(''));
    this.lines = [];
  }

  private async endShard(): Promise<void> {
    await this.flush();
    await this.close();
    const { shard, archives, bytes } = this.open;
    this.shards.push({ shard, path: this.path, archives, bytes: String(bytes) });
  }
}
