import { type Readable, pipeline } from 'node:stream';
import { type InventoryHeader, type TakeMembers, InventoryError } from './member';
import { readCsvInventory } from './read-csv-inventory';
import { readJsonInventory } from './read-json-inventory';
import { createGunzip } from 'node:zlib';

/** The first two bytes of every gzip member (RFC 1952) tell. */
const MAGIC_BYTES = 2;
const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** Glacier's inventories shrink to a third, since ids and hashes are random; a hundredth is nothing that Glacier wrote. */
const MAX_RATIO = 100;
/** Small files may shrink as they like. */
const FREE_BYTES = 64 * 1024 * 1024;

/**
 * The stream's bytes, decompressed where they begin like gzip.
 * Errors of the source itself pass unchanged: they may be worth a retry.
 * @throws InventoryError when the compressed data is damaged or cut, or holds more than a hundred times its size
 */
export async function* gunzipIfNeeded(source: Readable): AsyncGenerator<Buffer> {
  const chunks = asBuffers(source);
  const head = await readHead(chunks, MAGIC_BYTES);
  const whole = headThenRest(head, chunks);
  if (!isGzip(head)) {
    yield* whole;
    return;
  }
  // The callback is all pipeline needs: it destroys the gunzip stream with the source's error, and reading it throws.
  let [compressed, plain] = [0, 0];
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of whole) {
      compressed += chunk.length;
      yield chunk;
    }
  };
  const gunzip = pipeline(counted(), createGunzip(), () => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      plain += chunk.length;
      if (plain > Math.max(FREE_BYTES, compressed * MAX_RATIO)) throw bomb(compressed, plain);
      yield chunk;
    }
  } catch (error) {
    throw isZlibError(error) ? new InventoryError(`The inventory is damaged gzip data: ${error.message}.`) : error;
  }
}

const bomb = (compressed: number, plain: number): InventoryError =>
  new InventoryError(
    `This is no Glacier inventory: ${compressed} bytes of gzip hold ${plain} bytes and more, over ${MAX_RATIO} times as many. Reading stopped. Give the inventory as Glacier wrote it.`,
  );

async function* asBuffers(source: Readable): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<Buffer | string> = source;
  for await (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

const isZlibError = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  typeof error.code === 'string' &&
  error.code.startsWith('Z_') &&
  // No fault of the data.
  error.code !== 'Z_MEM_ERROR';

/**
 * Reads until so many bytes are there, or the stream ends before.
 * @returns what was read, to be put before the rest again with {@link headThenRest}
 */
export async function readHead(chunks: AsyncGenerator<Buffer>, leastBytes: number): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < leastBytes) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

/** Closes the rest with itself, however far it was read. */
export async function* headThenRest(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield head;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** First line of every inventory that Glacier writes as CSV. */
const CSV_HEADER = 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash';

/** Enough of an inventory to recognise its format by. */
export const FORMAT_HEAD_BYTES = 1024;

/**
 * The format of an inventory, by how it begins; a byte order mark may come first.
 * @throws InventoryError for anything else. It quotes nothing: a wrong path may have led to a file of secrets.
 */
export function formatOf(head: Buffer): 'JSON' | 'CSV' {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  if (/^\s*\{/.test(text)) return 'JSON';
  const firstLine = text.split(/\r?\n/, 1)[0] ?? '';
  // Any field may be quoted.
  if (firstLine.replaceAll('"', '') === CSV_HEADER) return 'CSV';
  const found = text === '' ? 'it is empty' : 'it begins with neither';
  throw new InventoryError(
    `This is no inventory of Glacier. A JSON inventory begins with {, a CSV inventory with the line ${CSV_HEADER}: ${found}.`,
  );
}

export type { InventoryHeader, InventoryMember } from './member';

/**
 * Streams an inventory in Glacier's JSON or CSV form, plain or gzip. Memory stays flat whatever its length. Members are
 * handed over unchecked, in order.
 * @param onMembers called with the members that each chunk of the source completes
 * @param signal stops the reading
 * @throws InventoryError when the whole is no inventory; the signal's reason when it has aborted
 */
export async function readInventory(
  source: Readable,
  onMembers: TakeMembers,
  signal?: AbortSignal,
): Promise<InventoryHeader> {
  const chunks = gunzipIfNeeded(source);
  try {
    const head = await readHead(chunks, FORMAT_HEAD_BYTES);
    const read = formatOf(head) === 'CSV' ? readCsvInventory : readJsonInventory;
    return await read(headThenRest(head, chunks), onMembers, signal);
  } finally {
    await chunks.return(undefined);
  }
}
