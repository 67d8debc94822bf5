import { join } from 'node:path';
import type { CatalogueFile } from '../../src/run-folder/catalogue-file';
import { cacheDirectory } from '../../src/temporal/user-directories';
import type { PreparedInventory } from '../../src/wire/inventory';
import type { CliContext } from '../context';
import { CliError, ExitCode } from '../exit-codes';
import { makeFolder } from '../make-folder';
import { usingPath } from '../system-error';
import { formatBytes } from '../text/format';
import type { RunCatalogue } from './listing';
import type { OpenRun } from './open-records';

/** Downloading more than this takes long enough to show progress. */
const WORTH_A_WORD_BYTES = 100_000_000;

export interface OpenCatalogue extends RunCatalogue {
  /** Counts of the inventory. */
  readonly prepared: PreparedInventory;
}

/**
 * Opens the catalogue of a run; downloads it into the user's cache first if necessary.
 * @returns null if the run has not prepared its inventory yet
 * @throws CliError if the run ended before that
 */
export async function withCatalogue<Result>(
  context: CliContext,
  name: string,
  run: OpenRun,
  use: (catalogue: OpenCatalogue) => Promise<Result>,
): Promise<Result | null> {
  const prepared = await preparedInventory(run);
  if (prepared === null) return null;
  const file = await openFile(context, name, run);
  if (file === null) return null;
  try {
    return await use({ file, shards: await run.records.shardIndex(), prepared });
  } finally {
    file.close();
  }
}

/**
 * Counts of the run's inventory.
 * @returns null if it has not prepared one yet
 * @throws CliError if the run ended before that
 */
export async function preparedInventory({ records, ended }: OpenRun): Promise<PreparedInventory | null> {
  const prepared = await records.prepared().catch(async (error: unknown) => {
    await ended();
    throw error;
  });
  if (prepared === null) await ended();
  return prepared;
}

/** Null if the bucket has no catalogue. A damaged copy in the cache is downloaded again. */
async function openFile({ output }: CliContext, name: string, { place }: OpenRun): Promise<CatalogueFile | null> {
  // DuckDB is loaded lazily: a command's help does not need it.
  const { cachedCatalogue } =
    require('../../src/run-folder/cached-catalogue') as typeof import('../../src/run-folder/cached-catalogue');
  const { CatalogueFile, UnreadableCatalogueError } =
    require('../../src/run-folder/catalogue-file') as typeof import('../../src/run-folder/catalogue-file');
  const folder = join(cacheDirectory(output.env), 'catalogues');
  const onFetch = (sizeBytes: number): void => {
    if (sizeBytes <= WORTH_A_WORD_BYTES) return;
    output.message(`Downloading the catalogue of ${name}, ${formatBytes(sizeBytes)}, to ${folder} ...`);
  };
  const open = (again: boolean): Promise<CatalogueFile | null> =>
    usingPath(output.env, folder, `The catalogue of ${name}`, async () => {
      await makeFolder(folder);
      const path = await cachedCatalogue(place.s3, place, name, folder, { onFetch, again });
      return path === null ? null : CatalogueFile.open(path);
    });
  try {
    return await open(false).catch((error: unknown) => {
      if (error instanceof UnreadableCatalogueError) return open(true);
      throw error;
    });
  } catch (error) {
    if (!(error instanceof UnreadableCatalogueError)) throw error;
    throw new CliError(
      `The catalogue of ${name} in s3://${place.bucket} cannot be read, even after downloading it again: ${error.message}`,
      ExitCode.Mismatch,
    );
  }
}
