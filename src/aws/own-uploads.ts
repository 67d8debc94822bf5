import { ListMultipartUploadsCommand, type MultipartUpload, type S3Client } from '@aws-sdk/client-s3';
import type { ArchiveRow } from '../wire/inventory';
import type { RunSettings } from '../wire/request';
import { inBucket } from './owned-bucket';

/** The clocks of AWS and of Temporal's server may differ by so much; S3 gives whole seconds. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

/**
 * Ids of the open uploads of exactly this archive's key that can only be ours, in the order of the listing: begun since
 * then, and just as {@link createUpload} begins them. S3 lists nothing else by which to tell whose an upload is. A server
 * that lists no checksums leaves it open, and then all of them are left alone.
 * @throws the AWS error
 */
export async function ownUploads(
  s3: S3Client,
  settings: RunSettings,
  archive: ArchiveRow,
  sinceMs: number,
): Promise<string[]> {
  const isOurs = ({ Initiated, StorageClass, ChecksumAlgorithm, ChecksumType }: MultipartUpload): boolean =>
    Initiated !== undefined &&
    Initiated.getTime() >= sinceMs - CLOCK_DIFFERENCE_MS &&
    StorageClass === settings.storageClass &&
    ChecksumAlgorithm === 'CRC32' &&
    ChecksumType === 'FULL_OBJECT';

  const uploads = await uploadsOf(s3, settings, archive.key);
  return uploads.filter(isOurs).flatMap(({ UploadId }) => UploadId ?? []);
}

/** Every open upload of one key. */
async function uploadsOf(s3: S3Client, settings: RunSettings, key: string): Promise<MultipartUpload[]> {
  const found: MultipartUpload[] = [];
  let after: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListMultipartUploadsCommand({ ...inBucket(settings), Prefix: key, ...after }));
    const uploads = page.Uploads ?? [];
    found.push(...uploads.filter(({ Key }) => Key === key));
    // Listed by key: behind the first longer one there is none of ours.
    const { NextKeyMarker, NextUploadIdMarker } = page;
    if (page.IsTruncated !== true || NextKeyMarker !== key || NextUploadIdMarker === undefined) return found;
    after = { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker };
  }
}
