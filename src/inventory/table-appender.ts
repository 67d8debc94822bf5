import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';

/** A column of a table, and how a row fills it. */
export interface Column<Row> {
  readonly name: string;
  readonly type: DuckDBType;
  readonly value: (row: Row) => DuckDBValue;
}

/** DuckDB's own vector length: one chunk of the appender. */
const CHUNK_ROWS = 2048;

/** Fills a new table, chunk by chunk. */
export class TableAppender<Row> {
  private pending: Row[] = [];

  private constructor(
    private readonly appender: DuckDBAppender,
    private readonly columns: readonly Column<Row>[],
  ) {}

  /** Creates the table. */
  static async create<Row>(
    connection: DuckDBConnection,
    table: string,
    columns: readonly Column<Row>[],
  ): Promise<TableAppender<Row>> {
    const definitions = columns.map(({ name, type }) => `"${name}" ${type.toString()} NOT NULL`);
    await connection.run(`CREATE TABLE ${table} (${definitions.join(', ')})`);
    return new TableAppender(await connection.createAppender(table), columns);
  }

  append(row: Row): void {
    this.pending.push(row);
    if (this.pending.length === CHUNK_ROWS) this.appendPending();
  }

  /** Ends the appending; queries see every row from here on. */
  finish(): void {
    this.appendPending();
    this.appender.closeSync();
  }

  private appendPending(): void {
    const chunk = DuckDBDataChunk.create(
      this.columns.map(({ type }) => type),
      this.pending.length,
    );
    chunk.setColumns(this.columns.map(({ value }) => this.pending.map(value)));
    this.appender.appendDataChunk(chunk);
    this.pending = [];
  }
}
