import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { usageError } from '../exit-codes';
import { safeText } from '../text/format';
import type { Readable } from 'node:stream';

/** A file that becomes an archive and is compared with the object at the end. Reopened for each read. */
export interface SourceFile {
  /** Path relative to the folder, with slashes: the name that must come back as the object's key. */
  readonly name: string;
  readonly sizeBytes: number;
  open(): Readable;
}

/**
 * The regular files of a folder and the folders in it, by name. Links and devices are skipped.
 * @throws CliError with the usage code when the folder cannot be read
 */
export async function folderFiles(folder: string): Promise<readonly SourceFile[]> {
  const root = resolve(folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: Error) => {
    throw usageError(`The folder ${safeText(folder)} cannot be read: ${error.message}`);
  });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.toSorted().map(async (path) => ({
      name: relative(root, path).split(sep).join('/'),
      sizeBytes: (await stat(path)).size,
      open: () => createReadStream(path),
    })),
  );
}
