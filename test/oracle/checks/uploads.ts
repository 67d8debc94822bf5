import type { World } from '../world';

/** O4: no multipart upload of the run is open, and foreign ones still are. */
export function uploads({ uploads, planted }: World): string[] {
  const open = new Set(uploads.map(({ uploadId }) => uploadId));
  const foreign = new Set(planted.uploads.map(({ uploadId }) => uploadId));
  return [
    ...uploads
      .filter(({ uploadId }) => !foreign.has(uploadId))
      .map(({ key, uploadId }) => `the upload ${uploadId} of ${key} is still open`),
    ...planted.uploads
      .filter(({ uploadId }) => !open.has(uploadId))
      .map(({ key, uploadId }) => `the upload ${uploadId} of ${key}, which is foreign, is gone`),
  ];
}
