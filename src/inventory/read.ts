import { type Readable, pipeline } from 'node:stream';
import { type InventoryHeader, type TakeMembers, InventoryError } from './member';
import { readCsvInventory } from './read-csv-inventory';
import { readJsonInventory } from './read-json-inventory';
import { createGunzip } from 'node:zlib';

/** Every gzip member starts with two magic bytes (RFC 1952). */
const MAGIC_BYTES = 2;
const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** Glacier's inventories compress to a third, since ids and hashes are random; no real inventory compresses to a hundredth. */
const MAX_RATIO = 100;
/** Small files may have any ratio. */
const FREE_BYTES = 64 * 1024 * 1024;

/**
 * The stream's bytes, decompressed if they start like gzip.
 * Errors of the source pass unchanged: they may be retryable.
 * @throws InventoryError when the compressed data is damaged or cut, or holds more than a hundred times its size
 */
async function* gunzipIfNeeded(source: Readable): AsyncGenerator<Buffer> {
  const chunks = asBuffers(source);
  const head = await readHead(chunks, MAGIC_BYTES);
  const whole = headThenRest(head, chunks);
  if (!isGzip(head)) {
    yield* whole;
    return;
  }
  // pipeline only needs a callback: it destroys the gunzip stream with the source's error, and reading it throws.
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
    `This is not a Glacier inventory: ${compressed} bytes of gzip expand to ${plain} bytes or more, over ${MAX_RATIO} times as many. Reading stopped. Use the inventory exactly as Glacier wrote it.`,
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
  // Not caused by the data.
  error.code !== 'Z_MEM_ERROR';

/**
 * Reads at least this many bytes, or until the stream ends.
 * @returns what was read; put it back with {@link headThenRest}
 */
async function readHead(chunks: AsyncGenerator<Buffer>, leastBytes: number): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < leastBytes) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

/** Yields the head, then the rest. Closing it closes the rest. */
async function* headThenRest(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield head;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** First line of every inventory that Glacier writes as CSV. */
const CSV_HEADER = 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash';

/** Enough of an inventory to detect its format. */
const FORMAT_HEAD_BYTES = 1024;

/**
 * Detects the format of an inventory by its first bytes; a byte order mark may come first.
 * @throws InventoryError for anything else. It quotes nothing: a wrong path may point to a file with secrets.
 */
function formatOf(head: Buffer): 'JSON' | 'CSV' {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  if (/^\s*\{/.test(text)) return 'JSON';
  const firstLine = text.split(/\r?\n/, 1)[0] ?? '';
  // Each field may be quoted.
  if (firstLine.replaceAll('"', '') === CSV_HEADER) return 'CSV';
  const found = text === '' ? 'it is empty' : 'it starts with neither';
  throw new InventoryError(
    `This is not a Glacier inventory. A JSON inventory starts with {, a CSV inventory with the line ${CSV_HEADER}: ${found}.`,
  );
}

export type { InventoryHeader, InventoryMember } from './member';

/**
 * Streams an inventory in Glacier's JSON or CSV form, plain or gzip. Constant memory for any length. Members are
 * passed on unchecked, in order.
 * @param onMembers called with the members that each chunk of the source completes
 * @param signal stops the reading
 * @throws InventoryError when it is not an inventory; the signal's reason when it has aborted
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
