import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { fingerprintOfStream } from '../fingerprint';
import type { FoundObject, FoundUpload } from '../world';

/** Where runs keep their own files. */
export const RUNS_FOLDER = '.glacier-transfer/';

export interface BucketPlace {
  readonly s3: S3Client;
  readonly bucket: string;
  /** Prefix of the objects whose bytes can be read back; the sandbox drops the others. Null: of all. */
  readonly keptPrefix: string | null;
}

/** Every version of every object outside the folder of runs. @throws Error for a delete marker: nobody deletes here */
export async function readObjects(place: BucketPlace): Promise<FoundObject[]> {
  const found: FoundObject[] = [];
  let from: Partial<ListObjectVersionsCommandInput> | null = {};
  while (from !== null) {
    const page: ListObjectVersionsCommandOutput = await place.s3.send(
      new ListObjectVersionsCommand({ Bucket: place.bucket, ...from }),
    );
    for (const { Key } of page.DeleteMarkers ?? []) throw new Error(`${Key} was deleted`);
    for (const { Key = '', VersionId = 'null' } of page.Versions ?? [])
      if (!Key.startsWith(RUNS_FOLDER)) found.push(await readObject(place, Key, VersionId));
    from =
      page.IsTruncated === true ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : null;
  }
  return found;
}

async function readObject(
  { s3, bucket, keptPrefix }: BucketPlace,
  key: string,
  versionId: string,
): Promise<FoundObject> {
  const at = { Bucket: bucket, Key: key, VersionId: versionId };
  const head = await s3.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
  const whole = head.ChecksumType === 'FULL_OBJECT';
  const isKept = keptPrefix === null || key.startsWith(keptPrefix);
  const body = isKept ? (await s3.send(new GetObjectCommand(at))).Body : null;
  return {
    key,
    versionId,
    sizeBytes: head.ContentLength ?? -1,
    crc32: whole ? (head.ChecksumCRC32 ?? null) : null,
    sha256: whole && head.ChecksumSHA256 ? Buffer.from(head.ChecksumSHA256, 'base64').toString('hex') : null,
    archiveId: head.Metadata?.['glacier-archive-id'] ?? null,
    treeHash: head.Metadata?.['glacier-tree-hash'] ?? null,
    readBack: body ? await fingerprintOfStream(body as Readable) : null,
  };
}

/** Every open multipart upload. */
export async function readUploads({ s3, bucket }: BucketPlace): Promise<FoundUpload[]> {
  const found: FoundUpload[] = [];
  let from: Partial<ListMultipartUploadsCommandInput> | null = {};
  while (from !== null) {
    const page: ListMultipartUploadsCommandOutput = await s3.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, ...from }),
    );
    for (const { Key = '', UploadId = '' } of page.Uploads ?? []) found.push({ key: Key, uploadId: UploadId });
    from =
      page.IsTruncated === true ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : null;
  }
  return found;
}
