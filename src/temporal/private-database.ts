import { chmodSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, dirname } from 'node:path';

/** What SQLite and we put beside the database file. */
const BESIDE = ['', '-wal', '-shm', '-journal', '.log'] as const;
/** Folders of `dev` beside its database. */
const OUR_FOLDERS: readonly string[] = ['sandbox', 'dev'];

/**
 * Takes from other users what they may do with a database and its log: histories hold keys and descriptions. Its
 * folder as well where it holds nothing else; one that has other things in it stays as it is, since it may be /tmp.
 * What is missing is left to the process that makes it.
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
