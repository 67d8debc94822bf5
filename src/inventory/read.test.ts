import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { propertyRuns } from '../../test/support/property-runs';
import { InventoryError } from './member';
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

/** Null where it is no JSON, or has no such list. */
function listOf(text: string): unknown {
  try {
    const { ArchiveList } = JSON.parse(text) as { readonly ArchiveList: unknown };
    return Array.isArray(ArchiveList) ? ArchiveList : null;
  } catch {
    return null;
  }
}

const classOf = (error: unknown): unknown => (error instanceof Error ? error.constructor : error);

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

  it('takes and refuses what a JSON parser does, however it is cut', async () => {
    const text = JSON.stringify({ ArchiveList: LIST });
    const change = fc.record({
      at: fc.integer({ min: '{"ArchiveList"'.length, max: text.length }),
      inserted: fc.constantFrom('', ...'[ ] { } , : " \\ 1'.split(' '), ' '),
      removed: fc.nat(2),
      size: fc.integer({ min: 1, max: text.length }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, inserted, removed, size }) => {
        const changed = (text.slice(0, at) + inserted + text.slice(at + removed)).toWellFormed();
        const reading = read(...pieces(Buffer.from(changed), size));
        const found = await reading.then(({ members }) => members.map(({ value }) => value), classOf);
        expect(found).toEqual(listOf(changed) ?? InventoryError);
      }),
      { numRuns: propertyRuns(500) },
    );
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
    ['no JSON', 'ArchiveId,ArchiveDescription', 'it starts with neither'],
    [
      'no UTF-8',
      Buffer.from([...Buffer.from('{"ArchiveList":["'), 0xff, 0xfe, ...Buffer.from('"]}')]),
      'not valid JSON',
    ],
    ['an array', '[{"ArchiveList":[]}]', 'not a Glacier inventory'],
    ['a word', 'null', 'not a Glacier inventory'],
    ['without a list', '{"VaultARN":"x"}', 'no ArchiveList'],
    ['with a list in two places', '{"ArchiveList":[1],"ArchiveList":[2]}', 'two ArchiveLists'],
    ['with a comma before the first row', '{"ArchiveList":[,1]}', 'not valid JSON'],
    ['with a comma after the last row', '{"ArchiveList":[1,]}', 'not valid JSON'],
    ['with a row in the wrong brackets', '{"ArchiveList":[1,{"a":[2}]]}', 'not valid JSON'],
    ['with a list in the wrong brackets', '{"ArchiveList":[1,2}}', 'not valid JSON after row 2'],
    ['with an endless row', `{"ArchiveList":["${'x'.repeat(2 ** 20)}`, 'more than 1048576 bytes in a row'],
    ['with an endless header', `{"VaultARN":"${'x'.repeat(2 ** 20)}`, 'more than 1048576 bytes outside'],
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
