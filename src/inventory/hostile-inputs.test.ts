import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { inventory, listed, prepare } from '../../test/support/inventory';
import { streamJsonLines } from '../run-folder/run-files';
import type { TransferFilter } from '../wire/request';
import { InventoryError } from './member';
import { PIECE_BYTES } from './pieces';
import { readCsvTable } from './read-csv-table';
import { readInventory } from './read';
import { readLines } from './text-lines';

let workDir: string;
beforeEach(async () => void (workDir = await mkdtemp(path.join(tmpdir(), 'hostile-'))));
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(workDir, { recursive: true, force: true });
});

const MIB = 2 ** 20;
const CSV_HEADER = 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash';
const nothing = async (): Promise<void> => undefined;

/** A source that never ends, and the bytes that were taken from it. */
function endless(begin: string, chunk: string): { readonly source: Readable; readonly taken: () => number } {
  let bytes = 0;
  const chunks = function* (): Generator<string> {
    yield begin;
    for (;;) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  return { source: Readable.from(chunks()), taken: () => bytes };
}

describe('small inputs cost little', () => {
  test('brackets before the list of archives are not copied again and again', async () => {
    const concat = Buffer.concat.bind(Buffer);
    let copied = 0;
    jest.spyOn(Buffer, 'concat').mockImplementation((list, total) => {
      copied += list.reduce((sum, each) => sum + each.length, 0);
      return concat(list, total);
    });
    const copiedFor = async (bytes: number): Promise<number> => {
      copied = 0;
      const text = `{${'"x":[],"a":[],'.repeat(bytes / 15)}"ArchiveList":[]}`;
      await readInventory(Readable.from([text]), nothing);
      return copied;
    };
    expect(await copiedFor(512 * 1024)).toBeLessThan(3 * 512 * 1024);
    expect(await copiedFor(900 * 1024)).toBeLessThan(3 * 900 * 1024);
  });

  test.each([
    ['a JSON inventory with an endless text', '{"ArchiveList":[{"ArchiveDescription":"', 'x'.repeat(65_536), MIB],
    ['a JSON inventory with an endless header', '{"VaultARN":"', 'x'.repeat(65_536), MIB],
    ['a JSON inventory of endless white space', '{"ArchiveList":[', ' '.repeat(65_536), MIB],
    ['a JSON inventory of endless brackets', '{"ArchiveList":[', '['.repeat(65_536), 65_536],
    ['a JSON inventory of endless rows that are not valid archives', '{"ArchiveList":[0', ',0'.repeat(32_768), MIB],
    ['a JSON inventory with an endless row of values', '{"ArchiveList":[[[]', ',[]'.repeat(20_000), 65_536],
    ['a CSV inventory with an endless line', `${CSV_HEADER}\n`, 'x'.repeat(65_536), MIB],
    ['a CSV inventory of endless rows that are not valid archives', `${CSV_HEADER}\n`, 'x\n'.repeat(32_768), MIB],
  ])('%s is rejected after reading little of it', async (_, begin, chunk, mostBytes) => {
    const { source, taken } = endless(begin, chunk);
    const work = prepare(workDir, '', { source });
    await expect(work).rejects.toThrow(InventoryError);
    await expect(work).rejects.toThrow(/[Uu]se the (complete )?inventory exactly as Glacier wrote it\.$/);
    // A stream reads some chunks ahead.
    expect(taken()).toBeLessThan(mostBytes + 20 * 65_536);
    expect(source.destroyed).toBe(true);
    expect((await readdir(workDir)).filter((name) => name !== 'quarantine.jsonl')).toEqual([]);
  });

  test('gzip of a few kilobytes does not fill the disk with rows that are not valid archives', async () => {
    const bomb = gzipSync(`{"ArchiveList":[${'0,'.repeat(4_000_000)}0]}`);
    expect(bomb.length).toBeLessThan(16_000);
    await expect(prepare(workDir, bomb)).rejects.toThrow(
      /^More than 100000 rows of the inventory are not valid archives; the latest is row \d+: The row is not an object\. Reading stopped/,
    );
    expect((await stat(path.join(workDir, 'quarantine.jsonl'))).size).toBeLessThan(10 * MIB);
  });

  test('the bytes of rows that are not valid archives are bounded as their number is', async () => {
    const row = JSON.stringify({ ArchiveId: '\\'.repeat(4_000) });
    const { source } = endless('{"ArchiveList":[0', `,${row}`);
    await expect(prepare(workDir, '', { source })).rejects.toThrow('More than rows with 67108864 bytes');
    expect((await stat(path.join(workDir, 'quarantine.jsonl'))).size).toBeLessThanOrEqual(64 * MIB);
  });

  test('gzip that holds more than a hundred times its size is no inventory', async () => {
    const member = gzipSync(`${JSON.stringify(listed('a'))},`.repeat(5_000));
    const bomb = Buffer.concat([gzipSync('{"ArchiveList":['), ...Array<Buffer>(90).fill(member)]);
    await expect(readInventory(Readable.from([bomb]), nothing)).rejects.toThrow(
      /over 100 times as many\. Reading stopped/,
    );
  });

  test('a list of ids without a line feed is refused after 64 KiB', async () => {
    const { source, taken } = endless('', 'x'.repeat(65_536));
    const work = prepare(workDir, inventory([listed('a')]), { openIds: async () => source });
    await expect(work).rejects.toMatchObject({
      type: 'InvalidRequest',
      message: expect.stringContaining('line 1 of the list of ids has more than 65536 bytes') as string,
    });
    expect(taken()).toBeLessThan(20 * 65_536);
  });

  test('a names table with a field that never closes is refused after 64 KiB', async () => {
    const { source, taken } = endless('GlacierArchiveID,FileName\na,"', 'x\n'.repeat(32_768));
    const work = prepare(workDir, inventory([listed('a')]), { openNames: async () => source });
    await expect(work).rejects.toMatchObject({ type: 'InvalidRequest' });
    expect(taken()).toBeLessThan(20 * 65_536);
  });

  test('a file of a run with a line without an end is not read on', async () => {
    const { source, taken } = endless('{"row":"', 'x'.repeat(65_536));
    const s3 = { send: async () => ({ Body: source }) } as unknown as S3Client;
    const rows = streamJsonLines(s3, { bucket: 'bucket', bucketOwner: null }, 'key');
    await expect(rows.next()).rejects.toThrow('key in the bucket bucket has a line of more than 1048576 characters');
    expect(taken()).toBeLessThan(MIB + 20 * 65_536);
  });
});

describe('everything else of the process has its turn', () => {
  /** Counts the turns of the event loop until it is stopped. */
  function countTurns(): { readonly turns: () => number; readonly stop: () => void } {
    const counting = { turns: 0, stopped: false };
    void (async () => {
      for (; !counting.stopped; counting.turns += 1) await setImmediate();
    })();
    return { turns: () => counting.turns, stop: () => void (counting.stopped = true) };
  }

  const row = (id: number): string => JSON.stringify(listed(`id${id}`));
  const json = `{"ArchiveList":[${Array.from({ length: 10_000 }, (_, id) => row(id)).join()}]}`;
  const csv = `${CSV_HEADER}\n${'id,name,2012-05-15T17:19:46Z,5,ab\n'.repeat(30_000)}`;

  test.each([
    ['JSON', json],
    ['CSV', csv],
    ['JSON in gzip', gzipSync(json)],
  ])('between any two slices of an inventory, which are small whatever the chunks: %s', async (_, content) => {
    const { turns, stop } = countTurns();
    const seen: number[] = [];
    await readInventory(Readable.from([content]), async (members) => {
      seen.push(turns());
      expect(JSON.stringify(members.map(({ value }) => value)).length).toBeLessThan(5 * PIECE_BYTES);
    });
    stop();
    expect(seen.length).toBeGreaterThan(10);
    expect(seen.every((turn, position) => position === 0 || turn > (seen[position - 1] ?? turn))).toBe(true);
  });

  test('between the slices of a list of ids and a names table', async () => {
    const text = 'id,name\n'.repeat(100_000);
    const { turns, stop } = countTurns();
    for await (const _ of readLines(Readable.from([text]), 100, () => new Error('too long')));
    const afterLines = turns();
    expect(afterLines).toBeGreaterThanOrEqual(Math.floor(text.length / PIECE_BYTES));
    for await (const _ of readCsvTable(Readable.from([text]), 'names table'));
    expect(turns() - afterLines).toBeGreaterThanOrEqual(Math.floor(text.length / PIECE_BYTES));
    stop();
  });

  test.each(['inventory', 'filter', 'list of ids', 'names table'])(
    'an abort is honoured within a slice, with the reason of the signal: %s',
    async (what) => {
      const controller = new AbortController();
      // Aborts as a worker does that is told to end: from an event, not from the work itself.
      const abortSoon = (): void => void setImmediate().then(() => controller.abort(new Error('shutdown by test')));
      const abortingSource = (begin: string, chunk: string): Readable => {
        abortSoon();
        return endless(begin, chunk).source;
      };
      const rows = inventory(
        Array.from({ length: 500 }, (_, id) => listed(`id${id}`, { ArchiveDescription: 'a'.repeat(900) })),
      );
      const stubborn = Array.from(
        { length: 60 },
        (_, glob) => `${`*[!${String.fromCharCode(300 + glob)}]`.repeat(200)}7`,
      );
      const work =
        what === 'inventory'
          ? prepare(workDir, '', {
              source: abortingSource('{"ArchiveList":[{}', `,${row(1)}`),
              signal: controller.signal,
            })
          : prepare(workDir, rows, {
              signal: controller.signal,
              onProgress: what === 'filter' ? abortSoon : () => undefined,
              ...(what === 'filter' ? { filter: { include: stubborn } } : {}),
              openIds: what === 'list of ids' ? async () => abortingSource('', 'id1\n') : null,
              openNames:
                what === 'names table' ? async () => abortingSource('GlacierArchiveID,FileName\n', 'id1,\n') : null,
            });
      await expect(work).rejects.toThrow('shutdown by test');
    },
  );
});

describe('what a file says is not repeated', () => {
  const SECRET = 'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI';
  const bare = inventory([listed('a')]);
  const opened = (text: string) => async (): Promise<Readable> => Readable.from([text]);

  test.each<[string, () => Promise<unknown>]>([
    ['a text for an inventory', () => prepare(workDir, `${SECRET}\n`)],
    ['JSON that is cut', () => prepare(workDir, `{"key": ${SECRET}`)],
    ['JSON with a wrong row', () => prepare(workDir, `{"ArchiveList":[${SECRET}]}`)],
    ['JSON of something else', () => prepare(workDir, `{"ArchiveList":[],"VaultARN":"${SECRET}"}`)],
    ['rows of something else', () => prepare(workDir, `${CSV_HEADER}\n${`${SECRET}\n`.repeat(100_001)}`)],
    ['a text for a list of ids', () => prepare(workDir, bare, { openIds: opened(SECRET) })],
    ['ids of something else', () => prepare(workDir, bare, { openIds: opened(SECRET.replaceAll('=', '_')) })],
    ['a text for a names table', () => prepare(workDir, bare, { openNames: opened(SECRET) })],
    [
      'a names table with a quote',
      () => prepare(workDir, bare, { openNames: opened(`GlacierArchiveID,FileName\n${SECRET}"x,y`) }),
    ],
    [
      'a names table with wrong columns',
      () => prepare(workDir, bare, { openNames: opened(`GlacierArchiveID,FileName\n${SECRET}`) }),
    ],
    [
      'a names table with unknown ids',
      () => prepare(workDir, bare, { openNames: opened(`GlacierArchiveID,FileName\n${SECRET},x`) }),
    ],
    [
      'a names table with unsafe names',
      () => prepare(workDir, bare, { openNames: opened(`GlacierArchiveID,FileName\na,/${SECRET}`) }),
    ],
  ])('%s', async (_, work) => {
    const error = await work().then(
      () => null,
      (refusal: unknown) => refusal as Error & { readonly options?: object },
    );
    expect(error).toBeInstanceOf(Error);
    const told = `${error?.message} ${error?.stack} ${JSON.stringify(error?.options)} ${String(error?.cause)}`;
    expect(told).not.toMatch(/SECRET|wJalr/);
  });
});

describe('values of a filter are never part of the SQL', () => {
  test.each(['minSizeBytes', 'maxSizeBytes', 'limit', 'fromDate', 'toDate'] as const)('%s', async (field) => {
    const written = path.join(workDir, 'written');
    const values = [
      `1); COPY (SELECT 'owned') TO '${written}' (FORMAT csv); SELECT count(*) FROM (FROM archives WHERE true`,
      `CAST((SELECT content FROM read_text('/etc/passwd')) AS BIGINT)`,
      Number.NaN,
      ...(field.endsWith('Date') ? [] : ['1 OR true', 1.5, { toString: () => '1' }]),
    ];
    for (const value of values) {
      const filter = { [field]: value } as unknown as TransferFilter;
      await expect(prepare(workDir, inventory([listed('a')]), { filter })).rejects.toMatchObject({
        type: 'InvalidRequest',
        message: expect.stringContaining(`filter.${field} is not a whole number or date`) as string,
      });
    }
    expect(existsSync(written)).toBe(false);
  });
});
