import { dirname, join } from 'node:path';
import { openDuckDb, sqlPath } from '../../src/inventory/limited-duckdb';
import { COLUMNS } from './report-row';

/**
 * Turns a report in JSON Lines into Parquet, row by row in its order.
 * @param jsonlPath in a folder of its own, where DuckDB may also put what does not fit into memory
 * @param parquetPath a new file in the same folder
 */
export async function writeParquetReport(jsonlPath: string, parquetPath: string): Promise<void> {
  const folder = dirname(jsonlPath);
  const instance = await openDuckDb({ spillFolder: join(folder, 'spill'), folder });
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (SELECT * FROM read_json($jsonlPath, format = 'newline_delimited', columns = ${COLUMN_TYPES}))
       TO ${sqlPath(parquetPath)} (FORMAT parquet, COMPRESSION zstd)`,
      { jsonlPath },
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const COLUMN_TYPES = `{${Object.entries(COLUMNS)
  .map(([name, type]) => `'${name}': '${type}'`)
  .join(', ')}}`;
