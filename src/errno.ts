/** Errors of the operating system that a person can do something about, with the words of strerror(3). */
export const ERRNO_WORDS = {
  ENOSPC: 'no space left on device',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file too large',
  EROFS: 'read-only file system',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  EEXIST: 'file exists',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  EIO: 'input/output error',
  ENXIO: 'no such device or address',
  ENODEV: 'no such device',
  ESTALE: 'stale file handle',
  EBADF: 'bad file descriptor',
  EBUSY: 'device or resource busy',
  ETXTBSY: 'text file busy',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files in system',
  ENOMEM: 'cannot allocate memory',
} as const;
export type Errno = keyof typeof ERRNO_WORDS;

export const isErrno = (code: unknown): code is Errno => typeof code === 'string' && Object.hasOwn(ERRNO_WORDS, code);

/** The error whose words a text contains: DuckDB reports the system's errors in words only. Null if there is none. */
export function errnoInText(text: string): Errno | null {
  const words = text.toLowerCase();
  return (Object.keys(ERRNO_WORDS) as Errno[]).find((code) => words.includes(ERRNO_WORDS[code])) ?? null;
}
