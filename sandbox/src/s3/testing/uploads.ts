import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type CompleteMultipartUploadCommandInput,
  type CompleteMultipartUploadCommandOutput,
  type CreateMultipartUploadCommandInput,
  type HeadObjectCommandOutput,
  type S3Client,
  type UploadPartCommandInput,
  type UploadPartCommandOutput,
} from '@aws-sdk/client-s3';

/** The object that the tests of multipart uploads make, of two parts: the smallest first one, and a shorter last one. */
export const at = { Bucket: 'photos', Key: 'trip/film.mov' };
export const FIRST = Buffer.alloc(5 * 1024 ** 2, 'first part ');
export const LAST = Buffer.from('the last part');
export const WHOLE = Buffer.concat([FIRST, LAST]);

/** Returns the upload id. */
export async function create(
  client: S3Client,
  input: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<string> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...at, ...input }));
  return UploadId ?? '';
}

export function upload(
  client: S3Client,
  UploadId: string,
  PartNumber: number,
  Body: Buffer,
  input: Partial<UploadPartCommandInput> = {},
): Promise<UploadPartCommandOutput> {
  return client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body, ...input }));
}

/** Uploads the two parts; returns what Complete is to repeat. */
export async function uploadBoth(
  client: S3Client,
  UploadId: string,
  input: Partial<UploadPartCommandInput> = {},
): Promise<CompletedPart[]> {
  const replies = [await upload(client, UploadId, 1, FIRST, input), await upload(client, UploadId, 2, LAST, input)];
  return replies.map(({ ETag, ChecksumCRC32, ChecksumSHA256 }, index) => ({
    PartNumber: index + 1,
    ETag,
    ChecksumCRC32,
    ChecksumSHA256,
  }));
}

export function complete(
  client: S3Client,
  UploadId: string,
  Parts: CompletedPart[],
  input: Partial<CompleteMultipartUploadCommandInput> = {},
): Promise<CompleteMultipartUploadCommandOutput> {
  return client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts }, ...input }));
}

export function head(client: S3Client): Promise<HeadObjectCommandOutput> {
  return client.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
}
