import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { describeAwsError } from '../aws/errors';
import { inBucket, type OwnedBucket } from '../aws/owned-bucket';
import { reached } from '../crash-points';
import { Failure, TransferError } from '../failures';
import type { Receipt } from '../wire/receipt';

/** Stores a small text in the run's folder; replaces an earlier one. */
export async function putText(s3: S3Client, bucket: OwnedBucket, key: string, content: string): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      ...inBucket(bucket),
      Key: key,
      Body: content,
      ContentType: 'application/json; charset=utf-8',
      // A bucket with Object Lock rejects objects without a checksum.
      ChecksumAlgorithm: 'CRC32',
    }),
  );
}

/** Stores the receipts of some archives in one object. */
export async function putReceipts(
  s3: S3Client,
  bucket: OwnedBucket,
  key: string,
  receipts: readonly Receipt[],
): Promise<void> {
  reached('receipts.before-put');
  await putText(s3, bucket, key, toJsonLines(receipts));
  reached('receipts.after-put');
}

export const toJsonLines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Stores a file in the run's folder, streaming. One PutObject: shards and catalogues stay far below 5 GiB. */
export async function putFile(s3: S3Client, bucket: OwnedBucket, key: string, path: string): Promise<void> {
  const { size } = await stat(path);
  await s3.send(
    new PutObjectCommand({
      ...inBucket(bucket),
      Key: key,
      Body: createReadStream(path),
      ContentLength: size,
      ChecksumAlgorithm: 'CRC32',
    }),
  );
}

/**
 * The text of a file in the run's folder; null if there is none.
 * @throws TransferError Refused for a file larger than any run writes; the AWS error
 */
export async function readText(s3: S3Client, bucket: OwnedBucket, key: string): Promise<string | null> {
  try {
    return await readWhole(s3, bucket, key);
  } catch (error) {
    if (describeAwsError(error).code === 'NoSuchKey') return null;
    throw error;
  }
}

/** Far more than a shard of 5,000 archives with the longest descriptions that Glacier accepts. */
const MAX_WHOLE_BYTES = 256 * 1024 * 1024;

/** @throws TransferError Refused for a file larger than any run writes; the AWS error, including NoSuchKey */
async function readWhole(s3: S3Client, bucket: OwnedBucket, key: string): Promise<string> {
  const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ ...inBucket(bucket), Key: key }));
  const body = Body as Readable;
  if (ContentLength <= MAX_WHOLE_BYTES) return await text(body);
  body.destroy();
  throw new TransferError(
    Failure.Refused,
    `${key} in the bucket ${bucket.bucket} has ${ContentLength} bytes, but no run writes a file of more than ` +
      `${MAX_WHOLE_BYTES}. It was not read.`,
  );
}

/** The rows of a JSON Lines file. @throws as {@link readText}, and NoSuchKey */
export async function readJsonLines<Row>(s3: S3Client, bucket: OwnedBucket, key: string): Promise<readonly Row[]> {
  const lines = (await readWhole(s3, bucket, key)).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
}

/** Far more than any row of ours: see MAX_RAW_CHARACTERS of the quarantine. */
const MAX_LINE_CHARACTERS = 1024 * 1024;

/**
 * The rows of a JSON Lines file of any length, one at a time.
 * @throws TransferError Refused for a line of more than 1 MiB; the AWS error, including NoSuchKey
 */
export async function* streamJsonLines<Row>(s3: S3Client, bucket: OwnedBucket, key: string): AsyncGenerator<Row> {
  const chunks: AsyncIterable<string> = (await openObject(s3, bucket, key)).setEncoding('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    // Only the new chunk is searched: a line may span many chunks.
    const lines = chunk.split('\n');
    lines[0] = rest + (lines[0] ?? '');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Row;
    if (rest.length > MAX_LINE_CHARACTERS) {
      throw new TransferError(
        Failure.Refused,
        `${key} in the bucket ${bucket.bucket} has a line of more than ${MAX_LINE_CHARACTERS} characters, which no run writes. Reading stopped.`,
      );
    }
  }
  if (rest !== '') yield JSON.parse(rest) as Row;
}

/** Content of an object. @throws the AWS error, including NoSuchKey */
export async function openObject(s3: S3Client, bucket: OwnedBucket, key: string): Promise<Readable> {
  const reply = await s3.send(new GetObjectCommand({ ...inBucket(bucket), Key: key }));
  return reply.Body as Readable;
}
