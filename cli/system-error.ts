import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { ERRNO_WORDS, errnoInText, isErrno, type Errno } from '../src/errno';
import { cacheDirectory, dataDirectory, NoHomeError } from '../src/temporal/user-directories';
import { CliError, ExitCode } from './exit-codes';
import type { Environment } from './output';
import { formatBytes, safeText } from './text/format';

const REMEDIES: Readonly<Record<Errno, string>> = {
  ENOSPC: 'Make room there',
  EDQUOT: 'Make room there',
  EFBIG: 'Raise the limit on the size of files (ulimit -f)',
  EROFS: 'Make it writable for this user',
  EACCES: 'Give this user access to it',
  EPERM: 'Give this user access to it',
  ENOENT: 'Check the path',
  ENOTDIR: 'Check the path',
  EISDIR: 'Check the path',
  EEXIST: 'Check the path',
  ELOOP: 'Check the path',
  ENAMETOOLONG: 'Check the path',
  EIO: 'Check the disk or terminal',
  ENXIO: 'Check the device',
  ENODEV: 'Check the device',
  ESTALE: 'Mount the file system again',
  EBADF: 'Open it for writing',
  EBUSY: 'Check what else uses it',
  ETXTBSY: 'Check what else uses it',
  EMFILE: 'Raise the limit on open files (ulimit -n)',
  ENFILE: 'Close other programs on this machine',
  ENOMEM: 'Close other programs on this machine',
};

/** These are of the whole process or machine: the path that met them is not to blame. */
const OF_THE_MACHINE = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);
/** System calls on sockets. Their errors are of the network, and explained with the service that was called. */
const SOCKET_CALLS = new Set(['accept', 'bind', 'connect', 'getaddrinfo', 'listen', 'send', 'sendmsg', 'shutdown']);

/** An error of the operating system, about a file or the machine. */
export interface SystemError {
  readonly code: Errno;
  readonly syscall: string | null;
  /** Null where the call had none, as a write to an open file. */
  readonly path: string | null;
}

/** Reads such an error out of what Node or DuckDB threw; null for any other. */
export function systemErrorOf(error: unknown): SystemError | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  if (isErrno(code) && typeof syscall === 'string') {
    if (SOCKET_CALLS.has(syscall) && !OF_THE_MACHINE.has(code)) return null;
    return { code, syscall, path: path ?? null };
  }
  return typeof message === 'string' ? ofDuckDb(message) : null;
}

/** DuckDB has no codes, only texts as `IO Error: Cannot open file "/x": Permission denied`. */
function ofDuckDb(message: string): SystemError | null {
  if (!/^(IO|Out of Memory) Error: /.test(message)) return null;
  const code = errnoInText(message);
  return code === null ? null : { code, syscall: null, path: /"([^"]+)"/.exec(message)?.[1] ?? null };
}

/** As `no space left on device (ENOSPC, write)`. */
export function systemReason({ code, syscall, path }: SystemError, about: string | null = null): string {
  const elsewhere = path === null || path === about ? null : safeText(path);
  const call = [syscall, elsewhere].filter((part) => part !== null).join(' ');
  return `${ERRNO_WORDS[code]} (${call === '' ? code : `${code}, ${call}`})`;
}

/**
 * A sentence with the path, the reason and the remedy, which names the variable that chooses the folder where there is one.
 * @param path the file or folder that was to be used, where that is known better than by the error
 * @param subject what needs it, as "The catalogue of r1"
 */
export function systemErrorSentence(
  error: SystemError,
  env: Environment,
  { path = error.path, subject = null }: { readonly path?: string | null; readonly subject?: string | null } = {},
): string {
  const place = path === null ? null : safeText(path);
  const start = subject === null ? (place ?? 'This machine') : `${subject}${place === null ? '' : ` needs ${place}`}`;
  const other = path === null || OF_THE_MACHINE.has(error.code) ? '' : otherFolder(path, env);
  return `${start}: ${systemReason(error, path)}. ${systemRemedy(error)}${other}.`;
}

/** That a folder has too little room, before anything meets its end. */
export function roomSentence(
  env: Environment,
  room: { readonly subject: string; readonly path: string; readonly neededBytes: number; readonly freeBytes: number },
): string {
  const { subject, path, neededBytes, freeBytes } = room;
  return (
    `${subject} needs ${formatBytes(neededBytes)} in ${safeText(path)}, and ${formatBytes(freeBytes)} are free. ` +
    `Make room there${otherFolder(path, env)}.`
  );
}

function otherFolder(path: string, env: Environment): string {
  const variable = variableOf(path, env);
  return variable === null ? '' : `, or choose another folder with ${variable}`;
}

/** What a person can do about it. */
export const systemRemedy = ({ code }: SystemError): string => REMEDIES[code];

/** The error of a command that this machine has not got what it needs for. */
export const systemFailure = (sentence: string): CliError => new CliError(sentence, ExitCode.Configuration);

/**
 * Runs `work`, which uses a file or folder of this machine.
 * @throws CliError with the configuration code in place of an error of the operating system; any other as it is
 */
export async function usingPath<Result>(
  env: Environment,
  path: string,
  subject: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const found = systemErrorOf(error);
    throw found === null ? error : systemFailure(systemErrorSentence(found, env, { path, subject }));
  }
}

/** The variable that chooses the folder which holds the path. */
function variableOf(path: string, env: Environment): string | null {
  const isScratch = path === tmpdir() || path.startsWith(join(tmpdir(), 'glacier-transfer-'));
  const folders: readonly (readonly [variable: string, folder: () => string])[] = [
    ['XDG_CACHE_HOME', () => cacheDirectory(env)],
    ['XDG_DATA_HOME', () => dataDirectory(env)],
  ];
  return folders.find(([, folder]) => isWithin(path, folderOrNone(folder)))?.[0] ?? (isScratch ? 'TMPDIR' : null);
}

/** A folder that nobody can have chosen holds nothing. */
function folderOrNone(folder: () => string): string {
  try {
    return folder();
  } catch (error) {
    if (error instanceof NoHomeError) return '\0';
    throw error;
  }
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}${sep}`);
