import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The XDG specification: a relative path in these variables is invalid and must be ignored. */
const directory = (variable: string | undefined, fallback: string): string =>
  join(variable !== undefined && isAbsolute(variable) ? variable : join(homedir(), fallback), 'glacier-transfer');

/** Files that must survive, such as the local server's database. */
export const dataDirectory = (env: Environment = process.env): string =>
  directory(env['XDG_DATA_HOME'], '.local/share');

/** Files that can be had again, such as the Temporal executable. */
export const cacheDirectory = (env: Environment = process.env): string => directory(env['XDG_CACHE_HOME'], '.cache');
