import { open } from 'node:fs/promises';

/**
 * Waits until a file or folder is on disk: a power failure may undo a rename, and a network file system may report only
 * now that it was full.
 * @param flags `r` for a folder
 * @throws the error of the file system
 */
export async function syncPath(path: string, flags: 'r' | 'r+'): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
