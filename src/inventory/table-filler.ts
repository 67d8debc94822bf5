import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Columns of a table, in order: the SQL name and type for each field of a row. */
export type Columns<Row> = Readonly<Record<keyof Row & string, readonly [name: string, type: 'BIGINT' | 'VARCHAR']>>;

/** Large enough for DuckDB to run at full speed, small compared with its memory limit. */
const PIECE_CHARACTERS = 8 * 1024 * 1024;

/**
 * Fills a new table. Rows go to DuckDB as a JSON file, which it reads in its own threads while the next rows are
 * collected: appending value by value takes several times as long.
 */
export class TableFiller<Row> {
  /** Rows as JSON, with commas between them. */
  private texts: string[] = [];
  private characters = 0;
  private handingOver: Promise<void> = Promise.resolve();

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly file: string,
    /** SQL that inserts the rows of `$file`. */
    private readonly insert: string,
  ) {}

  /**
   * Creates the table.
   * @param connection not used for anything else until {@link finish}
   * @param folder for the file
   */
  static async create<Row>(
    connection: DuckDBConnection,
    folder: string,
    table: string,
    columns: Columns<Row>,
  ): Promise<TableFiller<Row>> {
    const fields = Object.entries<readonly [string, string]>(columns);
    const definitions = fields.map(([, [name, type]]) => `"${name}" ${type} NOT NULL`);
    await connection.run(`CREATE TABLE ${table} (${definitions.join()})`);
    // In one transaction the rows go straight to the table's blocks, not through the write-ahead log.
    await connection.run('BEGIN');
    const types = fields.map(([field, [, type]]) => `'${field}': '${type}'`);
    const rows = `FROM read_json($file, format = 'array', columns = {${types.join()}})`;
    return new TableFiller(connection, path.join(folder, `${table}.json`), `INSERT INTO ${table} ${rows}`);
  }

  /** Strings must be well-formed Unicode. */
  async append(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    // Many at once take a third of the time of one at a time.
    const text = JSON.stringify(rows).slice(1, -1);
    this.texts.push(text);
    this.characters += text.length;
    if (this.characters >= PIECE_CHARACTERS) await this.handOver();
  }

  /** Flushes; from now on queries see every row. */
  async finish(): Promise<void> {
    await this.handOver();
    await this.handingOver;
    await this.connection.run('COMMIT');
  }

  /** Waits until the connection is idle, whether its work succeeds or fails. */
  async settled(): Promise<void> {
    await this.handingOver.catch(() => undefined);
  }

  private async handOver(): Promise<void> {
    const text = `[${this.texts.join()}]`;
    this.texts = [];
    this.characters = 0;
    await this.handingOver;
    this.handingOver = this.read(text);
    // The next caller that awaits it gets the error.
    this.handingOver.catch(() => undefined);
  }

  private async read(text: string): Promise<void> {
    await writeFile(this.file, text);
    await this.connection.run(this.insert, { file: this.file });
  }
}
