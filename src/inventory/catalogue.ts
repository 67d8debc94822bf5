import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { NameFormat } from '../wire/inventory';
import { openDuckDb, type SqlNumbers } from './limited-duckdb';
import type { InventoryRow } from './row';
import { type Columns, TableFiller } from './table-filler';

/** A row of the catalogue's table: an archive and its preferred key. */
export interface CatalogueRow extends InventoryRow {
  /** Its position in the inventory: see InventoryMember. */
  readonly row: number;
  readonly key: string;
  readonly nameFormat: NameFormat;
}

/** Columns of the table `archives`, in order. */
const COLUMNS: Columns<CatalogueRow> = {
  row: ['row', 'BIGINT'],
  archiveId: ['archive_id', 'VARCHAR'],
  sizeBytes: ['size_bytes', 'BIGINT'],
  treeHash: ['tree_hash', 'VARCHAR'],
  creationDate: ['creation_date', 'VARCHAR'],
  createdMs: ['created_ms', 'BIGINT'],
  description: ['description', 'VARCHAR'],
  key: ['key', 'VARCHAR'],
  nameFormat: ['name_format', 'VARCHAR'],
};

/**
 * The table of a run's archives, in its own DuckDB file. Works out of core: 512 MB of memory are enough for ten million
 * archives, the rest spills into the work folder.
 */
export class Catalogue {
  private readonly fillers: Pick<TableFiller<never>, 'settled'>[] = [];

  private constructor(
    /** Also for files of later steps; deleted by {@link close}. */
    readonly folder: string,
    private readonly instance: DuckDBInstance,
    /** For the SQL of later steps. */
    readonly connection: DuckDBConnection,
    /** Fills a table while the other connection streams: a connection does one thing at a time. */
    private readonly filling: DuckDBConnection,
  ) {}

  /** @param workDir an existing folder; the database uses a subfolder of it until {@link close} */
  static async create(workDir: string): Promise<Catalogue> {
    const folder = path.join(workDir, 'catalogue');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    const instance = await openDuckDb({
      file: path.join(folder, 'archives.duckdb'),
      spillFolder: path.join(folder, 'spill'),
      folder: workDir,
    });
    return new Catalogue(folder, instance, await instance.connect(), await instance.connect());
  }

  /** Creates a table and fills it. */
  async createTable<Row>(table: string, columns: Columns<Row>): Promise<TableFiller<Row>> {
    const filler = await TableFiller.create(this.filling, this.folder, table, columns);
    this.fillers.push(filler);
    return filler;
  }

  /** Creates the table `archives` and fills it. */
  createArchives(): Promise<TableFiller<CatalogueRow>> {
    return this.createTable('archives', COLUMNS);
  }

  /** The number of rows of a query. */
  async count(query: string, numbers: SqlNumbers = {}): Promise<number> {
    const result = await this.connection.runAndReadAll(`SELECT count(*) FROM (${query})`, numbers);
    return Number(result.getRows()[0]?.[0]);
  }

  /** Interrupts the running queries, which then fail. */
  interrupt(): void {
    this.connection.interrupt();
    this.filling.interrupt();
  }

  /** Closes the database and removes its files. */
  async close(): Promise<void> {
    for (const filler of this.fillers) await filler.settled();
    this.connection.closeSync();
    this.filling.closeSync();
    this.instance.closeSync();
    await rm(this.folder, { recursive: true, force: true });
  }
}
