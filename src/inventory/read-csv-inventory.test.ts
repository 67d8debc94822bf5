import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { UnreadableLine } from './read-csv-inventory';
import { InventoryError } from './member';
import { type InventoryMember, readInventory } from './read';

const HEADER = 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash';
const HASH = 'ab'.repeat(32);
const line = (id: string): string => `${id},"é 😀, \\"x\\"",2012-05-15T17:19:46Z,5,${HASH}`;
const member = (row: number, id: string): InventoryMember => ({
  row,
  value: {
    ArchiveId: id,
    ArchiveDescription: 'é 😀, "x"',
    CreationDate: '2012-05-15T17:19:46Z',
    Size: 5,
    SHA256TreeHash: HASH,
  },
});

async function read(...chunks: readonly (Buffer | string)[]) {
  const members: InventoryMember[] = [];
  const header = await readInventory(Readable.from(chunks), async (batch) => void members.push(...batch));
  expect(header).toEqual({ vaultArn: null, inventoryDate: null });
  return members;
}

const TEXT = `${[HEADER, line('a'), line('b'), line('c')].join('\n')}\n`;
const MEMBERS = [member(2, 'a'), member(3, 'b'), member(4, 'c')];

describe('reading a CSV inventory', () => {
  it('may be cut anywhere', async () => {
    // The first kilobyte is read at once, to recognise the format.
    const bytes = Buffer.from(`${HEADER}\n${'\n'.repeat(1024)}${line('a')}\n${line('b')}`);
    const whole = await read(bytes);
    expect(whole).toEqual([member(1026, 'a'), member(1027, 'b')]);
    for (let cut = 1024; cut <= bytes.length; cut += 1) {
      expect(await read(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(whole);
    }
  });

  it.each([
    ['with LF', TEXT],
    ['with CRLF', TEXT.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\ufeff${TEXT}`],
    ['without an end of the last line', TEXT.trimEnd()],
    ['with empty lines at the end', `${TEXT}\n\r\n`],
    ['with a quoted header', TEXT.replace(HEADER, HEADER.replaceAll(/\w+/g, '"$&"'))],
    ['as gzip', gzipSync(TEXT)],
  ])('%s', async (_case, content) => {
    expect(await read(content)).toEqual(MEMBERS);
  });

  it('numbers lines as an editor does, empty and unreadable ones too', async () => {
    const members = await read(`${HEADER}\n\nno row\n${line('a')}\n`);
    expect(members).toEqual([{ row: 3, value: expect.any(UnreadableLine) as unknown }, member(4, 'a')]);
  });

  it.each([HEADER, `${HEADER}\n`, `\ufeff${HEADER}\r\n`])('may list nothing: %j', async (text) => {
    expect(await read(text)).toEqual([]);
  });

  it('marks bytes that are no UTF-8', async () => {
    const [first] = await read(
      Buffer.concat([Buffer.from(`${HEADER}\nid,caf`), Buffer.from([0xe9]), Buffer.from(`,,,`)]),
    );
    expect(first?.value).toMatchObject({ reason: expect.stringContaining('no UTF-8') as string });
  });

  it('ends at a line that never ends', async () => {
    const endless = function* () {
      yield `${HEADER}\n`;
      for (;;) yield 'x'.repeat(65_536);
    };
    const source = Readable.from(endless());
    const reading = readInventory(source, async () => undefined);
    await expect(reading).rejects.toThrow(InventoryError);
    await expect(reading).rejects.toThrow('Line 2 has more than 1048576 bytes');
    expect(source.destroyed).toBe(true);
  });

  it.each([
    ['another table', 'GlacierArchiveID,FileName\n', 'it starts with neither'],
    ['a longer header', `${HEADER},More\n`, 'it starts with neither'],
    ['UTF-16', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), 'not a Glacier inventory'],
    ['an empty file', '', 'it is empty'],
    ['gzip of nothing', gzipSync(''), 'it is empty'],
  ])('refuses %s', async (_case, content, message) => {
    const reading = read(content);
    await expect(reading).rejects.toThrow(InventoryError);
    await expect(reading).rejects.toThrow(message);
  });

  it('closes a file that it does not take', async () => {
    const source = Readable.from(['x'.repeat(2_000), 'more']);
    await expect(readInventory(source, async () => undefined)).rejects.toThrow(InventoryError);
    expect(source.destroyed).toBe(true);
  });
});
