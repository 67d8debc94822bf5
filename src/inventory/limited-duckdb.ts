import path from 'node:path';
import { DuckDBInstance, type DuckDBDataChunk, type DuckDBResult } from '@duckdb/node-api';

/** Values of the parameters of a query, by name. */
export type SqlNumbers = Readonly<Record<string, bigint>>;

/** Where DuckDB works. */
export interface DuckDbPlace {
  /** Its own file; in memory when left out. */
  readonly file?: string;
  /** Where it puts what does not fit into memory. It may read and write there. */
  readonly spillFolder: string;
  /** An existing folder in which it may read and write, if any. */
  readonly folder?: string;
  /** A file that it may use besides, wherever it lies. */
  readonly readable?: string;
}

/**
 * Opens DuckDB, locked: it reads and writes in the places that it is given and nowhere else, opens no connection, fetches
 * and loads no extension, and no SQL can change that. The only place that opens one.
 *
 * It works out of core: 512 MB of memory serve ten million archives. Its tables are written once and read a few times, so
 * they are not compressed, and its file is not put in order when it is closed, since it is removed then.
 */
export async function openDuckDb({ file, spillFolder, folder, readable }: DuckDbPlace): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(file ?? ':memory:', {
    memory_limit: '512MB',
    threads: '2',
    temp_directory: spillFolder,
    force_compression: 'uncompressed',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    try {
      if (file !== undefined) await connection.run('PRAGMA disable_checkpoint_on_shutdown');
      const folders = [spillFolder, ...(folder === undefined ? [] : [path.resolve(folder)])];
      // As options of `create` these fail.
      await connection.run(`SET allowed_directories = [${folders.map(sqlPath).join()}]`);
      if (readable !== undefined) await connection.run(`SET allowed_paths = [${sqlPath(readable)}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
    } finally {
      connection.closeSync();
    }
  } catch (error) {
    instance.closeSync();
    throw error;
  }
  return instance;
}

/** A path as a text in SQL, for the target of COPY and for settings, which take no parameter. */
export const sqlPath = (path: string): string => `'${path.replaceAll("'", "''")}'`;

/** The chunks of a streamed result, one in memory at a time. */
export async function* chunksOf(result: DuckDBResult): AsyncGenerator<DuckDBDataChunk> {
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    yield chunk;
  }
}
