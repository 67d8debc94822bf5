import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { inBucket, type OwnedBucket } from '../../src/aws/owned-bucket';
import { CONTROL_ROOT } from '../../src/ids';
import { mapConcurrently } from '../../src/bytes/map-concurrently';
import type { UploadedFile } from './upload';

/** Result of reading everything back. Independent of the run's own report. */
export interface Comparison {
  readonly equal: number;
  /** Objects whose key is their file's name. */
  readonly namesKept: number;
  /** Files whose object is missing or differs, and how. */
  readonly different: readonly string[];
  /** Objects in the bucket without a file. */
  readonly strangers: readonly string[];
}

const PARALLEL_READS = 4;

/**
 * Reads every object back over S3 and its file once more, and compares size and SHA-256.
 * @param keys object key by archive id, as the run's receipts say
 */
export async function compareAll(
  s3: S3Client,
  bucket: OwnedBucket,
  uploaded: readonly UploadedFile[],
  keys: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Comparison> {
  const problems = await mapConcurrently(uploaded, PARALLEL_READS, signal, ({ file, archiveId }) =>
    difference(s3, bucket, file, keys.get(archiveId)),
  );
  const different = problems.filter((problem) => problem !== null);
  const expected = new Set(keys.values());
  return {
    equal: problems.length - different.length,
    namesKept: uploaded.filter(({ file, archiveId }) => keys.get(archiveId) === file.name).length,
    different,
    strangers: (await objectKeys(s3, bucket)).filter((key) => !expected.has(key)),
  };
}

async function difference(
  s3: S3Client,
  bucket: OwnedBucket,
  file: UploadedFile['file'],
  key: string | undefined,
): Promise<string | null> {
  if (key === undefined) return `${file.name}: no object`;
  const { Body } = await s3.send(new GetObjectCommand({ ...inBucket(bucket), Key: key }));
  const [object, source] = [await digest(Body as Readable), await digest(file.open())];
  if (object.sizeBytes !== source.sizeBytes) {
    return `${file.name}: ${object.sizeBytes} bytes instead of ${source.sizeBytes}`;
  }
  return object.sha256 === source.sha256 ? null : `${file.name}: other bytes`;
}

async function digest(stream: Readable): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function objectKeys(s3: S3Client, bucket: OwnedBucket): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, inBucket(bucket))) {
    keys.push(...Contents.flatMap(({ Key }) => (Key === undefined || Key.startsWith(CONTROL_ROOT) ? [] : [Key])));
  }
  return keys;
}
