import path from 'node:path';
import { DuckDBInstance, type DuckDBDataChunk, type DuckDBResult } from '@duckdb/node-api';

/** Query parameters by name. */
export type SqlNumbers = Readonly<Record<string, bigint>>;

/** The folders and files DuckDB may use. */
export interface DuckDbPlace {
  /** Database file; in memory if omitted. */
  readonly file?: string;
  /** Spill folder for what does not fit into memory; read and write. */
  readonly spillFolder: string;
  /** An existing folder it may read and write, if any. */
  readonly folder?: string;
  /** One more file it may read, in any folder. */
  readonly readable?: string;
}

/**
 * Opens DuckDB, locked down: it reads and writes only where it is allowed to, opens no network connection, installs and loads
 * no extension, and no SQL can change that. No other code opens a database.
 *
 * Works out of core: 512 MB of memory are enough for ten million archives. Tables are written once and read a few times, so
 * they are not compressed, and there is no checkpoint on close, since the file is then deleted.
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
      // These fail as options of `create`.
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

/** A path as an SQL string literal, for the target of COPY and for settings, which take no parameters. */
export const sqlPath = (path: string): string => `'${path.replaceAll("'", "''")}'`;

/** The chunks of a streamed result, one in memory at a time. */
export async function* chunksOf(result: DuckDBResult): AsyncGenerator<DuckDBDataChunk> {
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    yield chunk;
  }
}
