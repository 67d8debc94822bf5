import { open } from 'node:fs/promises';

/**
 * Waits until a file or folder is on the disk: a rename may be taken back by a power cut, and a network file system may
 * tell only now that there was no room.
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
