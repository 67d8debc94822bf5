import {
  CompleteMultipartUploadCommand,
  InitiateMultipartUploadCommand,
  UploadArchiveCommand,
  UploadMultipartPartCommand,
  type GlacierClient,
} from '@aws-sdk/client-glacier';
import { foldTreeHex } from '../../src/domain/tree-hash';
import { mapConcurrently } from '../../src/bytes/map-concurrently';
import type { SourceFile } from './folder-files';

/** Glacier takes up to 1,024 characters, ASCII 32 to 126 (API reference, Upload Archive). */
const PLAIN = /^[\u0020-\u007e]{1,1024}$/;
/** Names that decoders would take for a vendor's format, or that Glacier changes (leading spaces). */
const MISTAKABLE = /^(\s|<|\{|mt\d )/;

/**
 * The archive description that carries a file's name: the name itself or, if Glacier cannot store it,
 * FastGlacier's XML (version 2, path in base64).
 * @returns null when the name does not fit
 */
export function describeName(name: string): string | null {
  if (PLAIN.test(name) && !MISTAKABLE.test(name)) return name;
  const xml = `<m><v>2</v><p>${Buffer.from(name).toString('base64')}</p><lm>20260101T000000Z</lm></m>`;
  return PLAIN.test(xml) ? xml : null;
}

export interface UploadedFile {
  readonly file: SourceFile;
  readonly archiveId: string;
}
/** A file that is not a valid archive, and why. */
export interface LeftOut {
  readonly file: SourceFile;
  readonly why: string;
}
export interface Upload {
  readonly uploaded: readonly UploadedFile[];
  readonly leftOut: readonly LeftOut[];
}

const MULTIPART_FROM_BYTES = 64 * 1024 * 1024;
const PART_BYTES = 16 * 1024 * 1024;
const PARALLEL_UPLOADS = 4;

/** Puts every file into the vault as an archive, through the Glacier API. Files that Glacier would reject are skipped. */
export async function uploadFiles(
  glacier: GlacierClient,
  vault: string,
  files: readonly SourceFile[],
  signal: AbortSignal,
): Promise<Upload> {
  const checked = files.map((file) => ({ file, description: describeName(file.name) }));
  const fit = checked.flatMap(({ file, description }) =>
    description === null || file.sizeBytes === 0 ? [] : [{ file, description }],
  );
  const uploaded = await mapConcurrently(fit, PARALLEL_UPLOADS, signal, async ({ file, description }) => {
    return { file, archiveId: await uploadFile(glacier, vault, file, description) };
  });
  const leftOut = checked.flatMap(({ file, description }) => {
    if (file.sizeBytes === 0) return [{ file, why: 'Glacier takes no empty archives' }];
    return description === null ? [{ file, why: 'its name is too long for an archive description' }] : [];
  });
  return { uploaded, leftOut };
}

async function uploadFile(
  glacier: GlacierClient,
  vaultName: string,
  file: SourceFile,
  archiveDescription: string,
): Promise<string> {
  const vault = { accountId: '-', vaultName };
  if (file.sizeBytes <= MULTIPART_FROM_BYTES) {
    const body = Buffer.concat((await file.open().toArray()) as Buffer[]);
    const { archiveId } = await glacier.send(new UploadArchiveCommand({ ...vault, archiveDescription, body }));
    return known(archiveId, file);
  }
  const { uploadId } = await glacier.send(
    new InitiateMultipartUploadCommand({ ...vault, archiveDescription, partSize: String(PART_BYTES) }),
  );
  const upload = { ...vault, uploadId: known(uploadId, file) };
  const roots: string[] = [];
  let start = 0;
  for await (const body of blocks(file.open(), PART_BYTES)) {
    const range = `bytes ${start}-${start + body.length - 1}/*`;
    const { checksum } = await glacier.send(new UploadMultipartPartCommand({ ...upload, range, body }));
    roots.push(known(checksum, file));
    start += body.length;
  }
  const { archiveId } = await glacier.send(
    new CompleteMultipartUploadCommand({ ...upload, archiveSize: String(start), checksum: foldTreeHex(roots) }),
  );
  return known(archiveId, file);
}

function known(answer: string | undefined, file: SourceFile): string {
  if (answer === undefined) throw new Error(`Glacier took ${file.name} but did not say under which id.`);
  return answer;
}

/** Cuts a stream into blocks of `blockBytes`; the last one may be shorter. */
export async function* blocks(stream: AsyncIterable<Buffer>, blockBytes: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of stream) {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < blockBytes) continue;
    const all = Buffer.concat(held);
    const whole = all.length - (all.length % blockBytes);
    for (let start = 0; start < whole; start += blockBytes) yield all.subarray(start, start + blockBytes);
    held = [all.subarray(whole)];
    heldBytes = all.length - whole;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}
