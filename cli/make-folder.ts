import { existsSync } from 'node:fs';
import { mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Environment } from './output';
import { roomSentence, systemFailure, usingPath } from './system-error';

/** A Temporal server begins with a database and a log of 1 MB; less than this is as good as full. */
export const LEAST_ROOM_BYTES = 16 * 1024 * 1024;

/**
 * Makes a folder and those above it, for the user alone. Node's own recursive mkdir says "no such file or directory" where
 * the file system is read-only.
 * @throws the error of the operating system, with the folder that could not be made
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
 * Makes a folder that a command cannot do without, and looks that it has room: what meets a full disk later, in a process
 * of its own, could only be tried again and again.
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
    // File systems without blocks do not say.
    if (blocks === 0 || bavail * bsize >= neededBytes) return;
    throw systemFailure(roomSentence(env, { subject, path, neededBytes, freeBytes: bavail * bsize }));
  });
}
