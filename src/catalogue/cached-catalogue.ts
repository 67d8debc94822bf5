import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { inBucket, type OwnedBucket } from '../aws/owned-bucket';
import { headObject } from '../aws/s3-objects';
import { catalogueKey } from '../ids';

/** A file that nobody has written to for this long was left by a process that was killed. */
const ABANDONED_MS = 60 * 60_000;

/**
 * The catalogue of a run as a file on this machine: fetched once, and again only when the run has another one. Only the
 * user may read it, since names are private.
 * @param folder of the cache, existing
 * @param onFetch called before a catalogue is fetched
 * @returns its path; null when the bucket has no catalogue of this run
 * @throws the AWS error
 */
export async function cachedCatalogue(
  s3: S3Client,
  bucket: OwnedBucket,
  run: string,
  folder: string,
  onFetch: (sizeBytes: number) => void,
): Promise<string | null> {
  const head = await headObject(s3, bucket, catalogueKey(run));
  if (head === null) return null;
  const etag = head.ETag ?? '';
  const ownFolder = join(folder, bucket.bucket);
  const name = `${run}-${createHash('sha256').update(etag).digest('hex').slice(0, 16)}.parquet`;
  const path = join(ownFolder, name);
  if (existsSync(path)) return path;

  onFetch(head.ContentLength ?? 0);
  await mkdir(ownFolder, { recursive: true, mode: 0o700 });
  const partPath = `${path}.${randomUUID()}.part`;
  try {
    const get = new GetObjectCommand({ ...inBucket(bucket), Key: catalogueKey(run), IfMatch: etag });
    const { Body } = await s3.send(get);
    await pipeline(Body as Readable, createWriteStream(partPath, { flags: 'wx', mode: 0o600 }));
    await rename(partPath, path);
  } finally {
    await rm(partPath, { force: true });
  }
  await removeOlder(ownFolder, run, name);
  return path;
}

/** Removes the run's earlier catalogues, and what killed processes have left of it. */
async function removeOlder(folder: string, run: string, current: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, rest] = name.startsWith(`${run}-`)
      ? (/^-[0-9a-f]{16}\.parquet(.*)$/.exec(name.slice(run.length)) ?? [])
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
