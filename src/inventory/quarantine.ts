import { type FileHandle, open } from 'node:fs/promises';

/** A row of the inventory that is no archive: a line of the quarantine file (JSONL). */
export interface QuarantinedRow {
  /** Its place in the ArchiveList, from 1; in a CSV inventory the number of its line. */
  readonly row: number;
  /** A sentence. */
  readonly reason: string;
  /** The row as JSON, or the line of a CSV inventory as a JSON text, at most {@link MAX_RAW_CHARACTERS} of it. */
  readonly raw: string;
}

const MAX_RAW_CHARACTERS = 4096;

/** Collects the rows that are no archives in a file, which exists only if there are any. */
export class Quarantine {
  private file: FileHandle | null = null;
  private count = 0;

  constructor(private readonly filePath: string) {}

  get rows(): number {
    return this.count;
  }

  /** Null while no row was added. */
  get path(): string | null {
    return this.count === 0 ? null : this.filePath;
  }

  async add(rows: readonly QuarantinedRow[]): Promise<void> {
    if (rows.length === 0) return;
    this.file ??= await open(this.filePath, 'w');
    await this.file.appendFile(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    this.count += rows.length;
  }

  async close(): Promise<void> {
    await this.file?.close();
  }
}

/** The value as bounded JSON text. */
export function rawText(value: unknown): string {
  try {
    return JSON.stringify(value).slice(0, MAX_RAW_CHARACTERS);
  } catch (error) {
    // A value may be nested deeper than JSON.stringify can follow.
    return `(cannot be shown: ${error instanceof Error ? error.message : String(error)})`;
  }
}
