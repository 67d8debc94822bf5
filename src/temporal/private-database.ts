import { chmodSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Files that SQLite and we create next to the database file. */
const BESIDE = ['', '-wal', '-shm', '-journal', '.log'] as const;
/** Folders of `dev` next to its database. */
const OUR_FOLDERS: readonly string[] = ['sandbox', 'dev'];

/**
 * Removes other users' access to a database and its log: histories hold keys and descriptions. Also to its folder if it
 * contains nothing else; a folder with other contents is left unchanged, since it may be /tmp.
 * Missing files are left to the process that creates them.
 * @throws the error of the file system, such as EPERM for files of another user
 */
export function makePrivate(databaseFile: string): void {
  for (const suffix of BESIDE) restrict(`${databaseFile}${suffix}`, 0o600, (stats) => stats.isFile());
  const folder = dirname(databaseFile);
  restrict(folder, 0o700, (stats) => stats.isDirectory() && holdsOnly(folder, basename(databaseFile)));
}

function restrict(path: string, mode: number, applies: (stats: Stats) => boolean): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || (stats.mode & 0o077) === 0 || !applies(stats)) return;
  chmodSync(path, mode);
}

const holdsOnly = (folder: string, database: string): boolean =>
  readdirSync(folder).every((name) => name.startsWith(database) || OUR_FOLDERS.includes(name));
