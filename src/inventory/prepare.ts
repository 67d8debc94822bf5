import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { assertKeyPrefix, objectKey } from '../domain/names/object-key';
import { MAX_OWN_ARCHIVES, MAX_SHARD_BYTES, type ShardFill } from '../domain/shard-cut';
import type { CountAndBytes } from '../wire/inventory';
import type { DecodeMode } from '../wire/request';
import { archiveLines, cutShards, type ShardFile, writeShards } from './shards';
import { applyRequest, countMoved, type RequestedNamesAndFilter } from './apply-request';
import { Catalogue, type CatalogueRow } from './catalogue';
import { countLeftOut } from './filter/select-archives';
import { Quarantine, type QuarantinedRow, rawText, quarantineRepeatedIds } from './quarantine';
import { type InventoryHeader, type InventoryMember, readInventory } from './read';
import { checkRow } from './row';
import { makeKeysUnique } from './unique-keys';
import { writeParquet } from './parquet';

export interface PrepareInput extends RequestedNamesAndFilter {
  /** An inventory in Glacier's JSON or CSV form, plain or gzip. */
  readonly source: Readable;
  /** An existing folder with free space for about three times the inventory and the names table. The results stay there. */
  readonly workDir: string;
  readonly decode: DecodeMode;
  /** Archives of this size or larger get their own workflow. */
  readonly largeArchiveBytes: number;
  /** In a run of at most this many archives, each gets its own workflow. */
  readonly ownWorkflowUpTo: number;
  /** Maximum number of archives in a shard. */
  readonly shardArchives: number;
  /** Called with the number of rows read so far. */
  readonly onProgress?: (rows: number) => void;
}

export interface PreparedFiles {
  /** From the inventory; null if it has none. The caller rejects the inventory of another vault. */
  readonly vaultArn: string | null;
  readonly inventoryDate: string | null;
  readonly shards: readonly ShardFile[];
  /** Parquet, in the run's order. */
  readonly cataloguePath: string;
  /** JSONL of QuarantinedRow; null if every row is valid. */
  readonly quarantinePath: string | null;
  readonly quarantinedRows: number;
  /** Archives in the shards. */
  readonly total: CountAndBytes;
  /** Archives excluded by the filter. */
  readonly excluded: CountAndBytes;
  /** Gaps: places where excluded archives lie between others, in the run's order. */
  readonly gaps: number;
}

const NOTHING_LEFT_OUT = { excluded: { archives: 0, bytes: '0' }, gaps: 0 };

/**
 * Turns an inventory into the files of a run: checks rows, decodes names and makes them unique, sorts by CreationDate, filters
 * and splits into shards. Works out of core. Deterministic; an empty inventory gives no shards. The key of an archive does not
 * depend on the filter: a run with a different filter gives it the same key.
 * @throws InventoryError when the inventory as a whole cannot be read, or too many of its rows are no archives
 * @throws TransferError InvalidRequest when names or ids do not match the inventory, or no archive passes the filter
 * @throws RangeError when the key prefix is unusable
 * @throws the signal's reason when it aborts
 */
export async function prepareInventory(input: PrepareInput): Promise<PreparedFiles> {
  assertKeyPrefix(input.keyPrefix);
  const catalogue = await Catalogue.create(input.workDir);
  const quarantine = new Quarantine(path.join(input.workDir, 'quarantine.jsonl'));
  const interrupt = (): void => catalogue.interrupt();
  input.signal?.addEventListener('abort', interrupt);
  try {
    return await prepare(input, catalogue, quarantine);
  } catch (error) {
    // An interrupted query fails with DuckDB's own error: report the abort instead.
    input.signal?.throwIfAborted();
    throw error;
  } finally {
    input.signal?.removeEventListener('abort', interrupt);
    await quarantine.close();
    await catalogue.close();
  }
}

async function prepare(input: PrepareInput, catalogue: Catalogue, quarantine: Quarantine): Promise<PreparedFiles> {
  const { signal, workDir } = input;
  const { connection } = catalogue;
  const header = await readArchives(input, catalogue, quarantine);
  await quarantineRepeatedIds(connection, quarantine, signal);
  signal?.throwIfAborted();
  const selection = await applyRequest(input, catalogue);
  signal?.throwIfAborted();
  const { found, moved } = await countMoved(catalogue, selection);
  signal?.throwIfAborted();
  await makeKeysUnique(connection);
  signal?.throwIfAborted();

  const cataloguePath = path.join(workDir, 'catalogue.parquet');
  const ownFromBytes = moved <= input.ownWorkflowUpTo ? 0 : input.largeArchiveBytes;
  await writeParquet(connection, cataloguePath, selection, ownFromBytes);
  signal?.throwIfAborted();
  const leftOut = moved === found ? NOTHING_LEFT_OUT : await countLeftOut(connection, cataloguePath);
  signal?.throwIfAborted();

  const shardFolder = path.join(workDir, 'shards');
  await mkdir(shardFolder, { recursive: true });
  const limits = { archives: input.shardArchives, ownArchives: MAX_OWN_ARCHIVES, bytes: MAX_SHARD_BYTES };
  const cut = await cutShards(connection, cataloguePath, limits);
  signal?.throwIfAborted();
  const total = totalOf(cut);
  const lines = archiveLines(connection, cataloguePath, catalogue.folder, total.archives);
  return {
    ...header,
    shards: await writeShards(cut, lines, shardFolder, signal),
    cataloguePath,
    quarantinePath: quarantine.path,
    quarantinedRows: quarantine.rows,
    total,
    ...leftOut,
  };
}

const totalOf = (shards: readonly ShardFill[]): CountAndBytes => ({
  archives: shards.reduce((sum, shard) => sum + shard.archives, 0),
  bytes: String(shards.reduce((sum, shard) => sum + BigInt(shard.bytes), 0n)),
});

/** Fills the table `archives` from the inventory. */
async function readArchives(
  input: PrepareInput,
  catalogue: Catalogue,
  quarantine: Quarantine,
): Promise<InventoryHeader> {
  const table = await catalogue.createArchives();
  const header = await readInventory(
    input.source,
    async (members) => {
      const { archives, quarantined } = sortOut(members, input);
      await table.append(archives);
      await quarantine.add(quarantined);
      input.onProgress?.(members.at(-1)?.row ?? 0);
    },
    input.signal,
  );
  await table.finish();
  input.signal?.throwIfAborted();
  return header;
}

/** Checks the rows and names the valid archives. */
function sortOut(
  members: readonly InventoryMember[],
  { keyPrefix, decode }: PrepareInput,
): { archives: readonly CatalogueRow[]; quarantined: readonly QuarantinedRow[] } {
  const archives: CatalogueRow[] = [];
  const quarantined: QuarantinedRow[] = [];
  for (const { row, value } of members) {
    const checked = checkRow(value);
    if (checked.ok) {
      const { archiveId, sizeBytes, treeHash, creationDate, createdMs, description } = checked.row;
      const { key, nameFormat } = objectKey(keyPrefix, description, archiveId, decode);
      archives.push({ row, archiveId, sizeBytes, treeHash, creationDate, createdMs, description, key, nameFormat });
    } else {
      quarantined.push({ row, reason: checked.reason, raw: rawText(value) });
    }
  }
  return { archives, quarantined };
}
