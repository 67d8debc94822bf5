import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { crc32 } from '@node-rs/crc32';
import { inBucket, type OwnedBucket } from '../aws/owned-bucket';
import { headObject } from '../aws/s3-objects';
import { catalogueKey } from '../ids';
import { syncPath } from '../sync-path';

/** A temporary file that was not written to for this long is left from a killed process. */
const ABANDONED_MS = 60 * 60_000;
/** Large enough that reading 1 GB takes about a second. */
const READ_BYTES = 1024 * 1024;

/** Options of {@link cachedCatalogue}. */
export interface CatalogueSearch {
  /** Called before a catalogue is downloaded. */
  readonly onFetch: (sizeBytes: number) => void;
  /** True: the cached file cannot be read and is replaced. @default false */
  readonly again?: boolean;
}

/**
 * The catalogue of a run as a local file: downloaded once, and again only if the run has a new one or the file was
 * changed. The file name contains the object's ETag and the CRC32 of its bytes; the size is compared as well. Safe for
 * concurrent commands: a file appears complete, by a rename. Only the user may read it, because names are private.
 * @param folder of the cache, existing
 * @returns its path; null if the bucket has no catalogue of this run
 * @throws the AWS error, or that of the file system
 */
export async function cachedCatalogue(
  s3: S3Client,
  bucket: OwnedBucket,
  run: string,
  folder: string,
  { onFetch, again = false }: CatalogueSearch,
): Promise<string | null> {
  const head = await headObject(s3, bucket, catalogueKey(run));
  if (head === null) return null;
  const { ETag: etag = '', ContentLength: sizeBytes = 0 } = head;
  const ownFolder = join(folder, bucket.bucket);
  const stem = `${run}-${createHash('sha256').update(etag).digest('hex').slice(0, 16)}`;
  await mkdir(ownFolder, { recursive: true, mode: 0o700 });
  if (!again) {
    const kept = await wholeFile(ownFolder, stem, sizeBytes);
    if (kept !== null) return kept;
  }

  onFetch(sizeBytes);
  const partPath = join(ownFolder, `${stem}.parquet.${randomUUID()}.part`);
  try {
    const get = new GetObjectCommand({ ...inBucket(bucket), Key: catalogueKey(run), IfMatch: etag });
    const { Body } = await s3.send(get);
    await pipeline(Body as Readable, createWriteStream(partPath, { flags: 'wx', mode: 0o600, flush: true }));
    const name = `${stem}-${hex(await checksumOf(partPath))}.parquet`;
    await rename(partPath, join(ownFolder, name));
    await syncPath(ownFolder, 'r');
    await removeOlder(ownFolder, run, name);
    return join(ownFolder, name);
  } finally {
    await rm(partPath, { force: true });
  }
}

/** The file of this catalogue, if its size and bytes are as downloaded. */
async function wholeFile(folder: string, stem: string, sizeBytes: number): Promise<string | null> {
  for (const name of await readdir(folder)) {
    const checksum = name.startsWith(`${stem}-`)
      ? /^-([0-9a-f]{8})\.parquet$/.exec(name.slice(stem.length))?.[1]
      : null;
    if (typeof checksum === 'string' && (await isWhole(join(folder, name), sizeBytes, checksum))) {
      return join(folder, name);
    }
  }
  return null;
}

/** Also false for a file that cannot be read: it is downloaded again. */
async function isWhole(path: string, sizeBytes: number, checksum: string): Promise<boolean> {
  try {
    return (await stat(path)).size === sizeBytes && hex(await checksumOf(path)) === checksum;
  } catch {
    return false;
  }
}

async function checksumOf(path: string): Promise<number> {
  let sum = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) sum = crc32(chunk as Buffer, sum);
  return sum;
}

const hex = (checksum: number): string => checksum.toString(16).padStart(8, '0');

/** Removes the run's earlier catalogues and the temporary files of killed processes. */
async function removeOlder(folder: string, run: string, current: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, rest] = name.startsWith(`${run}-`)
      ? (/^-[0-9a-f]{16}(?:-[0-9a-f]{8})?\.parquet(.*)$/.exec(name.slice(run.length)) ?? [])
      : [];
    if (rest === undefined || name === current) continue;
    const path = join(folder, name);
    if (rest === '' || (await isAbandoned(path))) await rm(path, { recursive: true, force: true });
  }
}

const isAbandoned = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > ABANDONED_MS,
    () => false,
  );
