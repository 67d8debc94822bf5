import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { ARCHIVE_JSON } from '../inventory/archive-json';
import { chunksOf, openDuckDb } from '../inventory/limited-duckdb';
import type { ArchiveRow } from '../wire/inventory';

/** An archive excluded by the run's filter: it has no index. */
export type ExcludedRow = Omit<ArchiveRow, 'index'> & { readonly index: null };

/** The file is not a valid catalogue; the message is DuckDB's. */
export class UnreadableCatalogueError extends Error {
  override readonly name = 'UnreadableCatalogueError';
}

/** A run's catalogue, a local Parquet file. Reading it takes constant memory. */
export class CatalogueFile {
  private constructor(
    private readonly path: string,
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  /**
   * @param path of the Parquet file; data that does not fit into memory is spilled to a folder next to it
   * @throws {UnreadableCatalogueError}
   */
  static async open(path: string): Promise<CatalogueFile> {
    const instance = await openDuckDb({ spillFolder: `${path}.spill-${process.pid}`, readable: path });
    const file = new CatalogueFile(path, instance, await instance.connect());
    try {
      await file.connection.run(`SELECT ${ARCHIVE_JSON}, excluded FROM read_parquet($path) LIMIT 0`, { path });
      return file;
    } catch (error) {
      file.close();
      throw new UnreadableCatalogueError((error as Error).message.split('\n')[0]);
    }
  }

  /** The archives of the run in order of index, a few thousand at a time. */
  archives(): AsyncGenerator<readonly ArchiveRow[]> {
    return this.rows('NOT excluded');
  }

  /** The archives excluded by the filter, oldest first, a few thousand at a time. */
  excluded(): AsyncGenerator<readonly ExcludedRow[]> {
    return this.rows('excluded');
  }

  /** The archive with this archive id or else with this object key; null if there is none. */
  async find(wanted: string): Promise<ArchiveRow | ExcludedRow | null> {
    const found = await this.connection.runAndReadAll(
      `SELECT ${ARCHIVE_JSON} FROM read_parquet($path) WHERE archive_id = $wanted OR "key" = $wanted
       ORDER BY archive_id = $wanted DESC LIMIT 1`,
      { path: this.path, wanted },
    );
    const json = found.getRows()[0]?.[0];
    return json === undefined ? null : (JSON.parse(String(json)) as ArchiveRow | ExcludedRow);
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  /** DuckDB reads a Parquet file in the order in which it was written. */
  private async *rows<Row>(condition: string): AsyncGenerator<readonly Row[]> {
    const sql = `SELECT ${ARCHIVE_JSON} FROM read_parquet($path) WHERE ${condition}`;
    const result = await this.connection.stream(sql, { path: this.path });
    for await (const chunk of chunksOf(result)) {
      yield chunk.getColumnValues(0).map((json) => JSON.parse(String(json)) as Row);
    }
  }
}
