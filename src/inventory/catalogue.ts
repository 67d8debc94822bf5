import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  BIGINT,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { NameFormat } from '../wire/inventory';
import type { InventoryRow } from './row';

/** A row of the catalogue's table: an archive and the key it would like to have. */
export interface CatalogueRow extends InventoryRow {
  /** Its place in the inventory, from 1. */
  readonly row: number;
  readonly key: string;
  readonly nameFormat: NameFormat;
}

/** DuckDB's own vector length: one chunk of the appender. */
const CHUNK_ROWS = 2048;

interface Column {
  readonly name: string;
  readonly type: DuckDBType;
  readonly value: (archive: CatalogueRow) => DuckDBValue;
}

/** Columns of the table `archives`, in order. */
const COLUMNS: readonly Column[] = [
  { name: 'row', type: BIGINT, value: (archive) => BigInt(archive.row) },
  { name: 'archive_id', type: VARCHAR, value: (archive) => archive.archiveId },
  { name: 'size_bytes', type: BIGINT, value: (archive) => BigInt(archive.sizeBytes) },
  { name: 'tree_hash', type: VARCHAR, value: (archive) => archive.treeHash },
  { name: 'creation_date', type: VARCHAR, value: (archive) => archive.creationDate },
  { name: 'created_ms', type: BIGINT, value: (archive) => BigInt(archive.createdMs) },
  { name: 'description', type: VARCHAR, value: (archive) => archive.description },
  { name: 'key', type: VARCHAR, value: (archive) => archive.key },
  { name: 'name_format', type: VARCHAR, value: (archive) => archive.nameFormat },
];

/**
 * The table of a run's archives, in a DuckDB file of its own. It works out of core: 512 MB of memory serve ten million
 * archives, the rest spills into the work folder.
 */
export class Catalogue {
  private pending: CatalogueRow[] = [];

  private constructor(
    private readonly folder: string,
    private readonly instance: DuckDBInstance,
    /** For the SQL of the steps that follow. */
    readonly connection: DuckDBConnection,
    private readonly appender: DuckDBAppender,
  ) {}

  /** @param workDir an existing folder; the database takes a folder of its own in it, until {@link close} */
  static async create(workDir: string): Promise<Catalogue> {
    const folder = path.join(workDir, 'catalogue');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    const instance = await DuckDBInstance.create(path.join(folder, 'archives.duckdb'), {
      memory_limit: '512MB',
      threads: '2',
      temp_directory: path.join(folder, 'spill'),
    });
    const connection = await instance.connect();
    const columns = COLUMNS.map(({ name, type }) => `"${name}" ${type.toString()} NOT NULL`);
    await connection.run(`CREATE TABLE archives (${columns.join(', ')})`);
    return new Catalogue(folder, instance, connection, await connection.createAppender('archives'));
  }

  append(archives: readonly CatalogueRow[]): void {
    for (const archive of archives) {
      this.pending.push(archive);
      if (this.pending.length === CHUNK_ROWS) this.appendPending();
    }
  }

  /** Ends the appending; queries see every row from here on. */
  finishAppending(): void {
    this.appendPending();
    this.appender.closeSync();
  }

  async count(): Promise<number> {
    const result = await this.connection.runAndReadAll('SELECT count(*) FROM archives');
    return Number(result.getRows()[0]?.[0]);
  }

  /** Closes the database and removes its files. */
  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await rm(this.folder, { recursive: true, force: true });
  }

  private appendPending(): void {
    const chunk = DuckDBDataChunk.create(
      COLUMNS.map(({ type }) => type),
      this.pending.length,
    );
    chunk.setColumns(COLUMNS.map(({ value }) => this.pending.map(value)));
    this.appender.appendDataChunk(chunk);
    this.pending = [];
  }
}
