import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** HOME of a user without a home folder, as for Debian's user `nobody`. */
const NO_HOME = '/nonexistent';

/** The user's home folder is needed, but there is none; the message is one sentence for the user. */
export class NoHomeError extends Error {
  override readonly name = 'NoHomeError';
}

/** Files that must survive, such as the local server's database. @throws {NoHomeError} */
export const dataDirectory = (env: Environment = process.env): string =>
  directory(env, 'XDG_DATA_HOME', '.local/share', 'data');

/** Files that can be downloaded again, such as the Temporal executable. @throws {NoHomeError} */
export const cacheDirectory = (env: Environment = process.env): string =>
  directory(env, 'XDG_CACHE_HOME', '.cache', 'a cache');

/**
 * Sets HOME if this user has no home folder. Without it the AWS SDK fails with "uv_os_homedir returned ENOENT" when it
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

/** Null for a user who is not in /etc/passwd and whose HOME is unset or not absolute. */
function homeFolder(): string | null {
  try {
    const home = homedir();
    return isAbsolute(home) && home !== NO_HOME ? home : null;
  } catch {
    return null;
  }
}
