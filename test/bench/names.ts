/**
 * Prepares an inventory of fuzzed descriptions and looks at every key that comes out: valid, at most 1,024 bytes, and no
 * two the same. Prints one JSON object; exit code 1 when anything is wrong.
 *
 *   npm run fuzz:names -- 1000000 --seed 1
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { MAX_KEY_BYTES, objectKey } from '../../src/domain/names/object-key';
import { type PreparedFiles, prepareInventory } from '../../src/inventory/prepare';
import type { DrawKey } from 'glacier-sandbox/testing';
import type { ArchiveRow } from '../../src/wire/inventory';
import { fuzzedDescription, fuzzKey } from '../support/fuzzed-descriptions';
import { keyProblem } from '../support/key-fault';
import { EVERYTHING } from '../support/inventory';

/** So few that most archives of a name share their date too. */
const DATES = ['2023-08-15T13:28:01Z', '2023-08-15T13:28:01.5Z', '2023-08-15T13:28:01', '2012-05-15T17:19:46.700Z'];

const archiveId = (position: number): string => `archive-${position}`;
const positionOf = (archiveId: string): number => Number(archiveId.slice('archive-'.length));

function* inventory(archives: number, key: DrawKey): Generator<string> {
  yield '{"InventoryDate":"2026-05-12T14:19:01Z","ArchiveList":[';
  for (let position = 0; position < archives; position += 1) {
    const row = {
      ArchiveId: archiveId(position),
      ArchiveDescription: fuzzedDescription(key, position),
      CreationDate: DATES[position % DATES.length],
      Size: 1 + position,
      SHA256TreeHash: 'ab'.repeat(32),
    };
    yield (position === 0 ? '' : ',') + JSON.stringify(row);
  }
  yield ']}';
}

const prepare = (archives: number, key: DrawKey, workDir: string): Promise<PreparedFiles> =>
  prepareInventory({
    source: Readable.from(inventory(archives, key), { objectMode: false }),
    workDir,
    keyPrefix: '',
    ...EVERYTHING,
    ownWorkflowUpTo: 2000,
  });

/** Archives whose key another has already. */
async function countShared(cataloguePath: string): Promise<number> {
  const connection = await (await DuckDBInstance.create(':memory:', { memory_limit: '512MB' })).connect();
  const found = await connection.runAndReadAll('SELECT count(*) - count(DISTINCT key) FROM read_parquet($path)', {
    path: cataloguePath,
  });
  return Number(found.getRows()[0]?.[0]);
}

const nothingSeen = () => ({
  archives: 0,
  /** Got the suffix of a duplicate. */
  renamed: 0,
  longestKeyBytes: 0,
  formats: {} as Record<string, number>,
  invalidKeys: 0,
  firstInvalidKeys: [] as string[],
  /** The description did not come out as it went in. */
  changedDescriptions: 0,
});

/** Adds what is to be seen in the row of a shard. */
function look(seen: ReturnType<typeof nothingSeen>, row: ArchiveRow, description: string): void {
  const fault = keyProblem(row.key, '', MAX_KEY_BYTES);
  if (fault !== null) {
    seen.invalidKeys += 1;
    if (seen.firstInvalidKeys.length < 5) seen.firstInvalidKeys.push(`${row.archiveId}: ${fault}`);
  }
  if (kept(row.description) !== kept(description)) seen.changedDescriptions += 1;
  if (row.key !== objectKey('', description, row.archiveId, 'auto').key) seen.renamed += 1;
  seen.archives += 1;
  seen.longestKeyBytes = Math.max(seen.longestKeyBytes, Buffer.byteLength(row.key));
  seen.formats[row.nameFormat] = (seen.formats[row.nameFormat] ?? 0) + 1;
}

/** Without what hostile text alone loses: UTF-8 has no lone surrogates, the JSON parser drops byte order marks. */
const kept = (description: string): string => description.replaceAll(/[\ud800-\udfff\ufeff\ufffd]/g, '');

async function main(archives: number, seed: string): Promise<void> {
  const workDir = await mkdtemp(path.join(tmpdir(), 'names-fuzz-'));
  try {
    const key = fuzzKey(seed);
    const startedMs = Date.now();
    const prepared = await prepare(archives, key, workDir);
    const prepareSeconds = (Date.now() - startedMs) / 1000;
    const seen = nothingSeen();
    for (const shard of prepared.shards) {
      for await (const line of createInterface(createReadStream(shard.path))) {
        const row = JSON.parse(line) as ArchiveRow;
        look(seen, row, fuzzedDescription(key, positionOf(row.archiveId)));
      }
    }
    const figures = {
      asked: archives,
      seed,
      ...seen,
      quarantinedRows: prepared.quarantinedRows,
      sharedKeys: await countShared(prepared.cataloguePath),
      prepareSeconds,
      seconds: (Date.now() - startedMs) / 1000,
      peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      cores: cpus().length,
    };
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
    const { invalidKeys, changedDescriptions, sharedKeys } = figures;
    const wrong = invalidKeys + changedDescriptions + sharedKeys > 0 || seen.archives !== archives;
    process.exitCode = wrong ? 1 : 0;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
void main(Number(positionals[0] ?? 1_000_000), values.seed);
