import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type {
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommandInput,
  UploadPartCommandInput,
  UploadPartCommandOutput,
} from '@aws-sdk/client-s3';
import type { Room } from './case';

/** By the client that adds no checksums: an upload has those that its case names. Two parts: the smallest that a first one may be, and a shorter last one. */
export const FIRST = Buffer.alloc(5 * 1024 ** 2, 'first part ');
export const LAST = Buffer.from('the last part');
export const WHOLE = Buffer.concat([FIRST, LAST]);

/** Returns the upload id. */
export async function create(
  { plain, at }: Room,
  input: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<string> {
  const { UploadId = '' } = await plain.createMultipartUpload({ ...at, ...input });
  return UploadId;
}

export function upload(
  { plain, at }: Room,
  UploadId: string,
  PartNumber: number,
  Body: Buffer,
  input: Partial<UploadPartCommandInput> = {},
): Promise<UploadPartCommandOutput> {
  return plain.uploadPart({ ...at, UploadId, PartNumber, Body, ...input });
}

/** Uploads the two parts; returns what Complete is to repeat. */
export async function uploadBoth(
  room: Room,
  UploadId: string,
  input: Partial<UploadPartCommandInput> = {},
): Promise<[CompletedPart, CompletedPart]> {
  const one = async (PartNumber: number, Body: Buffer): Promise<CompletedPart> => {
    const { ETag, ChecksumCRC32, ChecksumSHA256 } = await upload(room, UploadId, PartNumber, Body, input);
    return { PartNumber, ETag, ChecksumCRC32, ChecksumSHA256 };
  };
  return [await one(1, FIRST), await one(2, LAST)];
}

export function complete(
  { plain, at }: Room,
  UploadId: string,
  Parts: CompletedPart[],
  input: Partial<CompleteMultipartUploadCommandInput> = {},
): Promise<CompleteMultipartUploadCommandOutput> {
  return plain.completeMultipartUpload({ ...at, UploadId, MultipartUpload: { Parts }, ...input });
}

/** An upload of the two parts, completed. */
export async function storeInParts(
  room: Room,
  input: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<CompleteMultipartUploadCommandOutput> {
  const { ChecksumAlgorithm } = input;
  const UploadId = await create(room, input);
  const parts = await uploadBoth(room, UploadId, ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm });
  return complete(room, UploadId, parts);
}

const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

function crc(bytes: Buffer): Buffer {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(bytes));
  return digest;
}

/** What S3 is to answer for the two parts, by its rules as documented and Node's digests. */
export const EXPECTED = {
  etag: `"${md5(Buffer.concat([md5(FIRST), md5(LAST)])).toString('hex')}-2"`,
  sha256Composite: `${sha256(Buffer.concat([sha256(FIRST), sha256(LAST)])).toString('base64')}-2`,
  crc32Composite: `${crc(Buffer.concat([crc(FIRST), crc(LAST)])).toString('base64')}-2`,
  crc32: crc(WHOLE).toString('base64'),
} as const;
