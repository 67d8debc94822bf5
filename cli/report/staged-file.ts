import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncPath } from '../../src/sync-path';
import { usageError } from '../exit-codes';
import type { Environment } from '../output';
import { usingPath } from '../system-error';
import { safeText } from '../text/safe-text';

/** @throws CliError with the usage code unless a new file can be made under this path */
export function assertNewFile(path: string): void {
  if (existsSync(path)) throw usageError(`${safeText(path)} is there already. Nothing was written: name another file.`);
  if (!existsSync(dirname(path))) throw usageError(`There is no folder for ${safeText(path)}. Nothing was written.`);
}

/**
 * Makes a file that appears only when it is whole.
 * @param write gets a folder beside the file, for work that needs room, and returns the path in it of what was made
 * @throws CliError that names the file, where this machine cannot take it; what `write` throws else
 */
export async function stageFile(
  env: Environment,
  path: string,
  write: (folder: string) => Promise<string>,
): Promise<void> {
  await usingPath(env, path, 'The report', async () => {
    const folder = await mkdtemp(join(dirname(path), '.glacier-transfer-'));
    try {
      const made = await write(folder);
      await syncPath(made, 'r+');
      await rename(made, path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
