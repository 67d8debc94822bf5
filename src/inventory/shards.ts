import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ShardFill, FIRST_SHARD, placeArchive, type ShardLimits } from '../domain/shard-cut';
import type { ShardIndexRow } from '../wire/inventory';
import type { DuckDBConnection } from '@duckdb/node-api';
import { chunksOf, sqlPath } from './limited-duckdb';
import { createReadStream } from 'node:fs';
import { ARCHIVE_JSON } from './archive-json';

/** Two row groups of a Parquet file written by DuckDB: one per thread. */
const PIECE_ARCHIVES = 2 * 122_880;
const READ_BYTES = 1024 * 1024;

/** CSV with one column and no quoting is one line of text per row: JSON contains no line breaks. */
const LINES = `FORMAT csv, HEADER false, QUOTE '', ESCAPE ''`;

/**
 * The archives that the catalogue does not exclude, in its order: each an ArchiveRow as JSON, and a line feed. DuckDB
 * writes them to files in its own threads, the next file while one is read: reading row by row takes several times as long.
 * @param cataloguePath Parquet
 * @param folder for the files, at most two at a time
 * @param archives how many there are
 * @param pieceArchives archives per file
 */
export async function* archiveLines(
  connection: DuckDBConnection,
  cataloguePath: string,
  folder: string,
  archives: number,
  pieceArchives = PIECE_ARCHIVES,
): AsyncGenerator<Buffer> {
  const write = async (first: number): Promise<string> => {
    const file = path.join(folder, `archives-${(first / pieceArchives) % 2}.jsonl`);
    await connection.run(
      `COPY (
        SELECT ${ARCHIVE_JSON} FROM read_parquet($path) WHERE "index" >= $first AND "index" < $end
      ) TO ${sqlPath(file)} (${LINES})`,
      { path: cataloguePath, first: BigInt(first), end: BigInt(first + pieceArchives) },
    );
    return file;
  };
  const begin = (first: number): Promise<string> => {
    const writing = write(first);
    // It may fail while the previous piece is read: the caller that awaits it gets the error.
    writing.catch(() => undefined);
    return writing;
  };
  let next = begin(0);
  try {
    for (let end = pieceArchives; ; end += pieceArchives) {
      const file = await next;
      if (end < archives) next = begin(end);
      yield* createReadStream(file, { highWaterMark: READ_BYTES });
      if (end >= archives) return;
    }
  } finally {
    // A caller that stops early may close the connection.
    await next.catch(() => undefined);
  }
}

/**
 * Splits the archives that the catalogue does not exclude into shards, in its order: DuckDB reads a Parquet file in the order in
 * which it was written.
 * @param cataloguePath Parquet
 */
export async function cutShards(
  connection: DuckDBConnection,
  cataloguePath: string,
  limits: ShardLimits,
): Promise<readonly ShardFill[]> {
  const archives = await connection.stream(
    'SELECT size_bytes::DOUBLE, own_workflow FROM read_parquet($path) WHERE NOT excluded',
    { path: cataloguePath },
  );
  const closed: ShardFill[] = [];
  let open = FIRST_SHARD;
  for await (const chunk of chunksOf(archives)) {
    const [sizes = [], owns = []] = chunk.getColumns();
    for (const [position, size] of sizes.entries()) {
      const placed = placeArchive(open, { sizeBytes: Number(size), own: owns[position] === true }, limits);
      if (placed.shard !== open.shard) closed.push(open);
      open = placed;
    }
  }
  return open.archives === 0 ? closed : [...closed, open];
}

/** The index that maps archives to shards, from the shards in order. */
export function shardIndex(shards: readonly ShardFile[]): readonly ShardIndexRow[] {
  let firstIndex = 0;
  return shards.map(({ shard, archives, bytes }) => {
    const row = { shard, firstIndex, archives, bytes };
    firstIndex += archives;
    return row;
  });
}

/** A complete shard file: one ArchiveRow as JSON per line. */
export interface ShardFile {
  readonly shard: number;
  readonly path: string;
  readonly archives: number;
  /** Decimal string. */
  readonly bytes: string;
}

/**
 * Writes the file of each shard.
 * @param lines the archives of all shards in order, one per line; closed at the end
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

  /** @param source chunks may end anywhere */
  constructor(private readonly source: AsyncGenerator<Buffer>) {}

  /** The next lines. */
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
