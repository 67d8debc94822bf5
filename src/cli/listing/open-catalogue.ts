import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../../temporal/user-directories';
import type { PreparedInventory } from '../../wire/inventory';
import type { CliContext } from '../context';
import { CliError, ExitCode } from '../exit-codes';
import type { Environment } from '../output';
import { formatBytes } from '../text/format';
import type { RunCatalogue } from './listing';
import type { OpenRun } from './open-records';

/** Fetching more than this takes so long that a person wants to know. */
const WORTH_A_WORD_BYTES = 100_000_000;

export interface OpenCatalogue extends RunCatalogue {
  /** Counts of the inventory. */
  readonly prepared: PreparedInventory;
}

/**
 * Opens the catalogue of a run, which is fetched into the user's cache first unless it is there.
 * @returns null when the run has not prepared its inventory
 */
export async function withCatalogue<Result>(
  context: CliContext,
  name: string,
  { place, records }: OpenRun,
  use: (catalogue: OpenCatalogue) => Promise<Result>,
): Promise<Result | null> {
  const prepared = await records.prepared();
  if (prepared === null) return null;
  // DuckDB is loaded when it is needed: the help of a command does not wait for it.
  const { cachedCatalogue } =
    require('../../catalogue/cached-catalogue') as typeof import('../../catalogue/cached-catalogue');
  const { CatalogueFile } =
    require('../../catalogue/catalogue-file') as typeof import('../../catalogue/catalogue-file');
  const folder = await cacheFolder(context.output.env);
  const path = await cachedCatalogue(place.s3, place, name, folder, (sizeBytes) => {
    if (sizeBytes <= WORTH_A_WORD_BYTES) return;
    context.output.message(`Fetching the catalogue of ${name}, ${formatBytes(sizeBytes)}, once, into ${folder} ...`);
  });
  if (path === null) return null;
  const file = await CatalogueFile.open(path);
  try {
    return await use({ file, shards: await records.shardIndex(), prepared });
  } finally {
    file.close();
  }
}

async function cacheFolder(env: Environment): Promise<string> {
  const folder = join(cacheDirectory(env), 'catalogues');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch (error) {
    throw new CliError(
      `The catalogue needs a place on this machine: ${(error as Error).message}. XDG_CACHE_HOME moves the cache.`,
      ExitCode.Configuration,
    );
  }
}
