import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { BIGINT, type DuckDBConnection, type DuckDBInstance, VARCHAR } from '@duckdb/node-api';
import type { NameFormat } from '../wire/inventory';
import { openDuckDb } from './limited-duckdb';
import type { InventoryRow } from './row';
import { type Column, TableAppender } from './table-appender';

/** A row of the catalogue's table: an archive and the key it would like to have. */
export interface CatalogueRow extends InventoryRow {
  /** Its place in the inventory: see InventoryMember. */
  readonly row: number;
  readonly key: string;
  readonly nameFormat: NameFormat;
}

/** Columns of the table `archives`, in order. */
const COLUMNS: readonly Column<CatalogueRow>[] = [
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
  private constructor(
    private readonly folder: string,
    private readonly instance: DuckDBInstance,
    /** For the SQL of the steps that follow. */
    readonly connection: DuckDBConnection,
    /** Appends while the other one streams: a connection does one thing at a time. */
    private readonly appending: DuckDBConnection,
  ) {}

  /** @param workDir an existing folder; the database takes a folder of its own in it, until {@link close} */
  static async create(workDir: string): Promise<Catalogue> {
    const folder = path.join(workDir, 'catalogue');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    const instance = await openDuckDb(path.join(folder, 'archives.duckdb'), path.join(folder, 'spill'));
    return new Catalogue(folder, instance, await instance.connect(), await instance.connect());
  }

  /** Creates a table and fills it. */
  createTable<Row>(table: string, columns: readonly Column<Row>[]): Promise<TableAppender<Row>> {
    return TableAppender.create(this.appending, table, columns);
  }

  /** Creates the table `archives` and fills it. */
  createArchives(): Promise<TableAppender<CatalogueRow>> {
    return this.createTable('archives', COLUMNS);
  }

  /** How many rows a query has. */
  async count(query: string): Promise<number> {
    const result = await this.connection.runAndReadAll(`SELECT count(*) FROM (${query})`);
    return Number(result.getRows()[0]?.[0]);
  }

  /** Closes the database and removes its files. */
  async close(): Promise<void> {
    this.connection.closeSync();
    this.appending.closeSync();
    this.instance.closeSync();
    await rm(this.folder, { recursive: true, force: true });
  }
}
