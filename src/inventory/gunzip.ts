import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { headThenRest, readHead } from './head';
import { InventoryError } from './inventory-error';

/** The first two bytes of every gzip member (RFC 1952) tell. */
const MAGIC_BYTES = 2;
const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * The stream's bytes, decompressed where they begin like gzip.
 * Errors of the source itself pass unchanged: they may be worth a retry.
 * @throws InventoryError when the compressed data is damaged or cut
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
  const gunzip = pipeline(whole, createGunzip(), () => undefined);
  try {
    yield* gunzip;
  } catch (error) {
    throw isZlibError(error) ? new InventoryError(`The inventory is damaged gzip data: ${error.message}.`) : error;
  }
}

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
