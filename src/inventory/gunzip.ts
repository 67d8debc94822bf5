import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { headThenRest, readHead } from './head';
import { InventoryError } from './inventory-error';

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
