import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { InventoryError } from './inventory-error';
import { type InventoryMember, readInventory } from './read';

const ARN = 'arn:aws:glacier:us-east-1:123456789012:vaults/photos';
const LIST = [{ ArchiveId: 'a', ArchiveDescription: 'ä 😀 \u0000 "\\' }, 7, null, [1], { nested: { deep: [true] } }];
const TEXT = JSON.stringify({ VaultARN: ARN, InventoryDate: '2026-05-12T14:19:01Z', ArchiveList: LIST });

async function read(...chunks: readonly (Buffer | string)[]) {
  const members: InventoryMember[] = [];
  const header = await readInventory(Readable.from(chunks), async (batch) => void members.push(...batch));
  return { header, members };
}

/** In pieces of one, two ... bytes. */
const pieces = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, piece) =>
    bytes.subarray(piece * size, (piece + 1) * size),
  );

const expected = {
  header: { vaultArn: ARN, inventoryDate: '2026-05-12T14:19:01Z' },
  members: LIST.map((value, position) => ({ row: position + 1, value })),
};

describe('reading an inventory', () => {
  it('may be cut anywhere', async () => {
    const bytes = Buffer.from(TEXT);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(await read(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(expected);
    }
  });

  it.each([1, 2, 3])('reads plain and gzip in pieces of %i bytes', async (size) => {
    expect(await read(...pieces(Buffer.from(TEXT), size))).toEqual(expected);
    expect(await read(...pieces(gzipSync(TEXT), size))).toEqual(expected);
  });

  it('reads gzip of several members', async () => {
    const both = Buffer.concat([gzipSync(TEXT.slice(0, 40)), gzipSync(TEXT.slice(40))]);
    expect(await read(both)).toEqual(expected);
  });

  it('takes the fields in any order, a byte order mark, and unknown fields', async () => {
    const text = `\ufeff{"Other":{"ArchiveList":[1]},"ArchiveList":[{"ArchiveList":[2]}],"VaultARN":"${ARN}"}`;
    expect(await read(text)).toEqual({
      header: { vaultArn: ARN, inventoryDate: null },
      members: [{ row: 1, value: { ArchiveList: [2] } }],
    });
  });

  it('reads an empty list', async () => {
    expect(await read('{"VaultARN":null,"ArchiveList":[]}')).toEqual({
      header: { vaultArn: null, inventoryDate: null },
      members: [],
    });
  });

  it.each([
    ['cut short', TEXT.slice(0, -2), 'not valid JSON'],
    ['empty', '', 'it is empty'],
    ['followed by more', `${TEXT}{`, 'not valid JSON'],
    ['no JSON', 'ArchiveId,ArchiveDescription', 'begins with "ArchiveId,ArchiveDescription"'],
    [
      'no UTF-8',
      Buffer.from([...Buffer.from('{"ArchiveList":["'), 0xff, 0xfe, ...Buffer.from('"]}')]),
      'not valid JSON',
    ],
    ['an array', '[{"ArchiveList":[]}]', 'no inventory of Glacier'],
    ['a word', 'null', 'no inventory of Glacier'],
    ['without a list', '{"VaultARN":"x"}', 'no ArchiveList'],
    ['with a list that is none', '{"ArchiveList":{"a":1}}', 'no ArchiveList'],
    ['damaged gzip', Buffer.concat([gzipSync(TEXT).subarray(0, 40), Buffer.alloc(20)]), 'damaged gzip'],
    ['gzip cut short', gzipSync(TEXT).subarray(0, -10), 'damaged gzip'],
  ])('refuses what is %s', async (_case, content, message) => {
    const reading = read(content);
    await expect(reading).rejects.toThrow(InventoryError);
    await expect(reading).rejects.toThrow(message);
  });

  it.each([
    ['plain', Buffer.from(TEXT)],
    ['gzip', gzipSync(TEXT)],
  ])('passes on an error of the source itself: %s', async (_form, bytes) => {
    async function* broken() {
      yield bytes.subarray(0, 30);
      throw new Error('connection reset');
    }
    await expect(readInventory(Readable.from(broken()), async () => undefined)).rejects.toThrow(/^connection reset$/);
  });
});
