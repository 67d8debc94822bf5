import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** What HOME is set to where the user has no home folder, as Debian does for its user `nobody`. */
const NO_HOME = '/nonexistent';

/** A folder is needed below the user's home folder, and the user has none; the message is one sentence for the user. */
export class NoHomeError extends Error {
  override readonly name = 'NoHomeError';
}

/** Files that must survive, such as the local server's database. @throws {NoHomeError} */
export const dataDirectory = (env: Environment = process.env): string =>
  directory(env, 'XDG_DATA_HOME', '.local/share', 'data');

/** Files that can be had again, such as the Temporal executable. @throws {NoHomeError} */
export const cacheDirectory = (env: Environment = process.env): string =>
  directory(env, 'XDG_CACHE_HOME', '.cache', 'a cache');

/**
 * Sets HOME where this user has no home folder. Without it the AWS SDK ends with "uv_os_homedir returned ENOENT" when it
 * looks for a profile; with it, it finds none.
 */
export function settleHome(): void {
  if (homeFolder() === null) process.env['HOME'] = NO_HOME;
}

/** The XDG specification: a relative path in these variables is invalid and must be ignored. */
function directory(env: Environment, variable: string, fallback: string, holds: string): string {
  const chosen = env[variable];
  if (chosen !== undefined && isAbsolute(chosen)) return join(chosen, 'glacier-transfer');
  const home = homeFolder();
  if (home !== null) return join(home, fallback, 'glacier-transfer');
  throw new NoHomeError(
    `There is no folder for ${holds}: this user has no home folder. Set HOME, or choose the folder with ${variable}.`,
  );
}

/** Null for a user that /etc/passwd does not know, and whose HOME is not set or no absolute path. */
function homeFolder(): string | null {
  try {
    const home = homedir();
    return isAbsolute(home) && home !== NO_HOME ? home : null;
  } catch {
    return null;
  }
}
