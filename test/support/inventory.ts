import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type PreparedFiles, type PrepareInput, prepareInventory } from '../../src/inventory/prepare';
import type { ArchiveRow } from '../../src/wire/inventory';

/** A member of Glacier's ArchiveList. */
export interface Listed {
  readonly ArchiveId: string;
  readonly ArchiveDescription: string;
  readonly CreationDate: string;
  readonly Size: number;
  readonly SHA256TreeHash: string;
}

export const listed = (id: string, fields: Partial<Listed> = {}): Listed => ({
  ArchiveId: id,
  ArchiveDescription: `${id}.txt`,
  CreationDate: '2023-08-15T13:28:01Z',
  Size: 10,
  SHA256TreeHash: 'ab'.repeat(32),
  ...fields,
});

export const VAULT_ARN = 'arn:aws:glacier:us-east-1:123456789012:vaults/photos';

/** An inventory as Glacier writes it. */
export const inventory = (rows: readonly unknown[]): string =>
  JSON.stringify({ VaultARN: VAULT_ARN, InventoryDate: '2026-05-12T14:19:01Z', ArchiveList: rows });

/** Every archive, named by its description, in shards as usual. */
export const EVERYTHING = {
  decode: 'auto',
  openNames: null,
  filter: {},
  openIds: null,
  largeArchiveBytes: 64 * 2 ** 20,
  shardArchives: 5000,
} as const satisfies Partial<PrepareInput>;

export const prepare = (
  workDir: string,
  content: string | Buffer,
  settings: Partial<PrepareInput> = {},
): Promise<PreparedFiles> =>
  prepareInventory({
    source: Readable.from([content]),
    workDir,
    keyPrefix: '',
    ...EVERYTHING,
    ownWorkflowUpTo: 0,
    ...settings,
  });

/** The values of a JSONL file. */
export async function lines<T>(file: string): Promise<T[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** Every row of every shard, in order. */
export async function archives(prepared: PreparedFiles): Promise<ArchiveRow[]> {
  const shards = await Promise.all(prepared.shards.map((shard) => lines<ArchiveRow>(shard.path)));
  return shards.flat();
}
