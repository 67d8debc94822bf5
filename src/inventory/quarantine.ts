import { type FileHandle, open } from 'node:fs/promises';
import { InventoryError } from './member';
import type { DuckDBConnection } from '@duckdb/node-api';
import { giveTurn } from './give-turn';

const REASON = 'ArchiveId occurs in an earlier row.';

/**
 * Moves every row that repeats an earlier row's ArchiveId from the table `archives` to the quarantine.
 * Compares hashes first: millions of ids would need too much memory.
 * @param signal stops the work
 * @throws InventoryError when there are too many of them
 */
export async function quarantineRepeatedIds(
  connection: DuckDBConnection,
  quarantine: Quarantine,
  signal?: AbortSignal,
): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE repeated AS
    SELECT * FROM archives
    WHERE hash(archive_id) IN (SELECT hash(archive_id) FROM archives GROUP BY 1 HAVING count(*) > 1)
    QUALIFY row_number() OVER (PARTITION BY archive_id ORDER BY "row") > 1`);
  const repeated = await connection.stream('SELECT * FROM repeated ORDER BY "row"');
  for await (const rows of repeated.yieldRowObjects()) {
    await giveTurn(signal);
    await quarantine.add(
      rows.map((row) => ({
        row: Number(row['row']),
        reason: REASON,
        raw: rawText({
          ArchiveId: row['archive_id'],
          ArchiveDescription: row['description'],
          CreationDate: row['creation_date'],
          Size: Number(row['size_bytes']),
          SHA256TreeHash: row['tree_hash'],
        }),
      })),
    );
  }
  await connection.run('DELETE FROM archives WHERE "row" IN (SELECT "row" FROM repeated)');
  await connection.run('DROP TABLE repeated');
}

/** A row of the inventory that is not a valid archive: a line of the quarantine file (JSONL). */
export interface QuarantinedRow {
  /** Position in the ArchiveList, from 1; in a CSV inventory the line number. */
  readonly row: number;
  /** A sentence. */
  readonly reason: string;
  /** The row as JSON, or the line of a CSV inventory as a JSON text, at most {@link MAX_RAW_CHARACTERS} of it. */
  readonly raw: string;
}

const MAX_RAW_CHARACTERS = 4096;

/** Glacier itself writes no bad rows: this many mean a wrong file, and would fill the disk. */
const MAX_ROWS = 100_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** Collects the rows that are not valid archives in a file, which is created only if there are any. */
export class Quarantine {
  private file: FileHandle | null = null;
  private count = 0;
  private bytes = 0;

  constructor(private readonly filePath: string) {}

  get rows(): number {
    return this.count;
  }

  /** Null until a row is added. */
  get path(): string | null {
    return this.count === 0 ? null : this.filePath;
  }

  /** @throws InventoryError when there are too many of them */
  async add(rows: readonly QuarantinedRow[]): Promise<void> {
    if (rows.length === 0) return;
    const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    this.count += rows.length;
    this.bytes += lines.length;
    if (this.count > MAX_ROWS || this.bytes > MAX_BYTES) throw this.tooMany(rows);
    this.file ??= await open(this.filePath, 'w');
    await this.file.appendFile(lines);
  }

  private tooMany(rows: readonly QuarantinedRow[]): InventoryError {
    const { row = 0, reason = '' } = rows.at(-1) ?? {};
    const limit = this.count > MAX_ROWS ? `${MAX_ROWS} rows` : `rows with ${MAX_BYTES} bytes`;
    return new InventoryError(
      `More than ${limit} of the inventory are not valid archives; the latest is row ${row}: ${reason} ` +
        'Reading stopped, and nothing was requested from Glacier. Use the complete inventory exactly as Glacier wrote it.',
    );
  }

  async close(): Promise<void> {
    await this.file?.close();
  }
}

/** The value as JSON, truncated. */
export function rawText(value: unknown): string {
  return JSON.stringify(value).slice(0, MAX_RAW_CHARACTERS);
}
