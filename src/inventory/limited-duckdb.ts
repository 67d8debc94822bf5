import { DuckDBInstance, type DuckDBDataChunk, type DuckDBResult } from '@duckdb/node-api';

/**
 * Opens DuckDB so that it works out of core: 512 MB of memory serve ten million archives. Its tables are written once and
 * read a few times, so they are not compressed.
 * @param path of its file, or `:memory:`
 * @param spillFolder where it puts what does not fit into memory
 */
export const openDuckDb = (path: string, spillFolder: string): Promise<DuckDBInstance> =>
  DuckDBInstance.create(path, {
    memory_limit: '512MB',
    threads: '2',
    temp_directory: spillFolder,
    force_compression: 'uncompressed',
  });

/** A path as a text in SQL, for the target of COPY, which takes no parameter. */
export const sqlPath = (path: string): string => `'${path.replaceAll("'", "''")}'`;

/** The chunks of a streamed result, one in memory at a time. */
export async function* chunksOf(result: DuckDBResult): AsyncGenerator<DuckDBDataChunk> {
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    yield chunk;
  }
}
