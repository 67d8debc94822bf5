import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import type { OwnedBucket } from '../../src/aws/owned-bucket';
import { putFile, putText, toJsonLines } from '../../src/run-folder/run-files';
import { catalogueKey, preparedKey, quarantineKey, shardIndexKey, shardKey } from '../../src/ids';
import type { QuarantinedRow } from '../../src/inventory/quarantine';
import type { ArchiveRow, CountAndBytes, PreparedInventory, ShardIndexRow } from '../../src/wire/inventory';

/** What a run has prepared, for tests that read it. */
export interface RunFolder {
  /** The archives of each shard. */
  readonly shards: readonly (readonly ArchiveRow[])[];
  /** Archives that the filter leaves out; their index does not count. */
  readonly excluded?: readonly ArchiveRow[];
  readonly quarantined?: readonly QuarantinedRow[];
}

/** Writes the files that a run has in its folder once its inventory is prepared. */
export async function putRunFolder(
  s3: S3Client,
  bucket: OwnedBucket,
  run: string,
  { shards, excluded = [], quarantined = [] }: RunFolder,
): Promise<void> {
  const index = shards.map((rows, shard): ShardIndexRow => {
    return { shard, firstIndex: rows[0]?.index ?? 0, ...sum(rows) };
  });
  for (const [shard, rows] of shards.entries()) await putText(s3, bucket, shardKey(run, shard), toJsonLines(rows));
  await putText(s3, bucket, shardIndexKey(run), toJsonLines(index));
  await putCatalogue(s3, bucket, run, shards.flat(), excluded);
  if (quarantined.length > 0) await putText(s3, bucket, quarantineKey(run), toJsonLines(quarantined));
  const prepared: PreparedInventory = {
    inventoryDate: null,
    shardCount: shards.length,
    total: sum(shards.flat()),
    excluded: sum(excluded),
    gaps: 0,
    quarantinedRows: quarantined.length,
  };
  await putText(s3, bucket, preparedKey(run), JSON.stringify(prepared));
}

async function putCatalogue(
  s3: S3Client,
  bucket: OwnedBucket,
  run: string,
  archives: readonly ArchiveRow[],
  excluded: readonly ArchiveRow[],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'run-folder-'));
  try {
    const path = join(folder, 'catalogue.parquet');
    await writeCatalogue(path, archives, excluded);
    await putFile(s3, bucket, catalogueKey(run), path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * A catalogue with the columns that prepareInventory writes, the excluded archives between the others. Its groups of
 * rows are small, so that a test has many of them.
 */
export async function writeCatalogue(
  path: string,
  archives: readonly ArchiveRow[],
  excluded: readonly ArchiveRow[] = [],
): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `CREATE TABLE archives ("index" BIGINT, archive_id VARCHAR, size_bytes BIGINT, tree_hash VARCHAR,
      creation_date VARCHAR, created_at TIMESTAMP, description VARCHAR, key VARCHAR, name_format VARCHAR, own_workflow BOOLEAN,
      excluded BOOLEAN)`,
  );
  const half = Math.ceil(archives.length / 2);
  await insert(connection, archives.slice(0, half), false);
  await insert(connection, excluded, true);
  await insert(connection, archives.slice(half), false);
  await connection.run(`COPY archives TO '${path.replaceAll("'", "''")}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
  connection.closeSync();
}

async function insert(
  connection: { run(sql: string, values: Record<string, string>): Promise<unknown> },
  rows: readonly ArchiveRow[],
  excluded: boolean,
): Promise<void> {
  const json = rows.map((row) => ({ ...row, index: excluded ? null : row.index }));
  await connection.run(
    `INSERT INTO archives SELECT "index", "archiveId", "sizeBytes", "treeHash", "creationDate",
      "creationDate"::TIMESTAMP, description, key, "nameFormat", "ownWorkflow", ${excluded}
     FROM (SELECT unnest(from_json($json, '[{"index":"BIGINT","archiveId":"VARCHAR","sizeBytes":"BIGINT",
      "treeHash":"VARCHAR","creationDate":"VARCHAR","description":"VARCHAR","key":"VARCHAR","nameFormat":"VARCHAR",
      "ownWorkflow":"BOOLEAN"}]'), recursive := true))`,
    { json: JSON.stringify(json) },
  );
}

function sum(rows: readonly ArchiveRow[]): CountAndBytes {
  const bytes = rows.reduce((total, { sizeBytes }) => total + BigInt(sizeBytes), 0n);
  return { archives: rows.length, bytes: String(bytes) };
}
