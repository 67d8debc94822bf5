import { existsSync } from 'node:fs';
import { mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Environment } from './output';
import { roomSentence, systemFailure, usingPath } from './system-error';

/** A new Temporal server needs 1 MB for its database and log; less than this counts as full. */
export const LEAST_ROOM_BYTES = 16 * 1024 * 1024;

/**
 * Creates a folder and its parents with access for this user only. Node's own recursive mkdir says "no such file or directory" where
 * the file system is read-only.
 * @throws the error of the operating system, with the folder that could not be created
 */
export async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Creates a folder that a command needs, and checks its free space: a full disk found later, in another process,
 * could only be retried.
 * @param neededBytes free space, at least
 * @param subject what needs it, as "The demo"
 * @throws CliError that names the folder and the variable that chooses it, where there is one
 */
export async function prepareFolder(
  env: Environment,
  path: string,
  neededBytes: number,
  subject: string,
): Promise<void> {
  await usingPath(env, path, subject, async () => {
    await makeFolder(path);
    const { bavail, blocks, bsize } = await statfs(path);
    // File systems without blocks do not report it.
    if (blocks === 0 || bavail * bsize >= neededBytes) return;
    throw systemFailure(roomSentence(env, { subject, path, neededBytes, freeBytes: bavail * bsize }));
  });
}
