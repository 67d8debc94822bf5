import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Columns of a table, in order: for each field of a row its column's name and type in SQL. */
export type Columns<Row> = Readonly<Record<keyof Row & string, readonly [name: string, type: 'BIGINT' | 'VARCHAR']>>;

/** Enough that DuckDB works at full speed, little beside the memory that it has. */
const PIECE_CHARACTERS = 8 * 1024 * 1024;

/**
 * Fills a new table. Rows go to DuckDB as a file of JSON, which it reads in its own threads while the next rows are
 * collected: handing them over value by value takes several times as long.
 */
export class TableFiller<Row> {
  /** Rows as JSON, with commas between them. */
  private texts: string[] = [];
  private characters = 0;
  private handingOver: Promise<void> = Promise.resolve();

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly file: string,
    /** SQL that inserts the rows of a `$file`. */
    private readonly insert: string,
  ) {}

  /**
   * Creates the table.
   * @param connection used for nothing else until {@link finish}
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
    // In one transaction the rows go to the table's own blocks at once, not by way of the write-ahead log.
    await connection.run('BEGIN');
    const types = fields.map(([field, [, type]]) => `'${field}': '${type}'`);
    const rows = `FROM read_json($file, format = 'array', columns = {${types.join()}})`;
    return new TableFiller(connection, path.join(folder, `${table}.json`), `INSERT INTO ${table} ${rows}`);
  }

  /** Texts have to be well-formed Unicode. */
  async append(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    // Many at once take a third of the time that one by one take.
    const text = JSON.stringify(rows).slice(1, -1);
    this.texts.push(text);
    this.characters += text.length;
    if (this.characters >= PIECE_CHARACTERS) await this.handOver();
  }

  /** Ends the filling; queries see every row from here on. */
  async finish(): Promise<void> {
    await this.handOver();
    await this.handingOver;
    await this.connection.run('COMMIT');
  }

  /** Waits until the connection is at rest, whether its work succeeds or fails. */
  async settled(): Promise<void> {
    await this.handingOver.catch(() => undefined);
  }

  private async handOver(): Promise<void> {
    const text = `[${this.texts.join()}]`;
    this.texts = [];
    this.characters = 0;
    await this.handingOver;
    this.handingOver = this.read(text);
    // Whoever awaits it next hears of its failure.
    this.handingOver.catch(() => undefined);
  }

  private async read(text: string): Promise<void> {
    await writeFile(this.file, text);
    await this.connection.run(this.insert, { file: this.file });
  }
}
