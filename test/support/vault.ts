import { createCipheriv, createHash } from 'node:crypto';
import { UploadArchiveCommand } from '@aws-sdk/client-glacier';
import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { AwsClients } from '../../src/aws/clients';
import type { Receipt } from '../../src/wire/receipt';
import { BUCKET, VAULT } from './stack';

const MIB = 1024 * 1024;

/** What a test puts into the vault. */
export interface UploadedArchive {
  readonly archiveId: string;
  readonly description: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Bytes that look random and follow from the seed alone. */
export function bytesOf(seed: string, sizeBytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Uploads an archive through the Glacier API. */
export async function uploadArchive(
  { glacier }: AwsClients,
  description: string,
  sizeBytes: number,
): Promise<UploadedArchive> {
  const body = bytesOf(`${description} ${sizeBytes}`, sizeBytes);
  const reply = await glacier.send(
    new UploadArchiveCommand({ accountId: '-', vaultName: VAULT, archiveDescription: description, body }),
  );
  return { archiveId: reply.archiveId ?? '', description, sizeBytes, sha256: sha256(body) };
}

/** Uploads many archives, several at a time; returns them in the order given. */
export async function uploadArchives(
  clients: AwsClients,
  wanted: readonly { readonly description: string; readonly sizeBytes: number }[],
): Promise<UploadedArchive[]> {
  const uploaded: UploadedArchive[] = [];
  const queue = wanted.entries();
  const lane = async (): Promise<void> => {
    for (const [position, { description, sizeBytes }] of queue) {
      uploaded[position] = await uploadArchive(clients, description, sizeBytes);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return uploaded;
}

/** Sizes around the borders of the tree hash, and of archives in parts. */
export const SIZES = {
  borders: [1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB + 7],
  large: [9 * MIB + 3, 16 * MIB, 33 * MIB + 1],
} as const;

/** An object as read without the product's code. */
export interface StoredCopy {
  readonly key: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly crc32: string | undefined;
  /** Hex, as S3 keeps it. */
  readonly keptSha256: string | undefined;
}

const CONTROL_FOLDER = '.glacier-transfer/';

export async function listKeys(s3: S3Client, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: BUCKET, Prefix: prefix })) {
    for (const object of page.Contents ?? []) keys.push(object.Key ?? '');
  }
  return keys;
}

/** Every object of the destination under a prefix, except the files of runs. */
export async function readObjects(s3: S3Client, prefix = ''): Promise<StoredCopy[]> {
  const keys = (await listKeys(s3, prefix)).filter((key) => !key.startsWith(CONTROL_FOLDER));
  const objects: StoredCopy[] = [];
  for (const key of keys) {
    const head = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key, ChecksumMode: 'ENABLED' }));
    const reply = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of reply.Body as Readable) {
      hash.update(chunk as Buffer);
      sizeBytes += (chunk as Buffer).length;
    }
    objects.push({
      key,
      sha256: hash.digest('hex'),
      sizeBytes,
      metadata: head.Metadata ?? {},
      storageClass: head.StorageClass ?? 'STANDARD',
      crc32: head.ChecksumCRC32,
      keptSha256: head.ChecksumSHA256 && Buffer.from(head.ChecksumSHA256, 'base64').toString('hex'),
    });
  }
  return objects;
}

/** All receipts of a run. */
export async function readReceipts(s3: S3Client, run: string): Promise<Receipt[]> {
  const keys = await listKeys(s3, `${CONTROL_FOLDER}${run}/receipts/`);
  const files = await Promise.all(
    keys.map(async (Key) => {
      const reply = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      return (await buffer(reply.Body as Readable)).toString('utf8');
    }),
  );
  return files.flatMap((file) =>
    file
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Receipt),
  );
}
