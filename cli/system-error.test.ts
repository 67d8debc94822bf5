import { systemErrorOf, systemErrorSentence, usingPath } from './system-error';

const ENV = { XDG_CACHE_HOME: '/caches', XDG_DATA_HOME: '/data' };
const system = (code: string, syscall: string, path?: string): Error =>
  Object.assign(new Error(`${code}: ..., ${syscall}`), {
    code,
    syscall,
    errno: -1,
    ...(path === undefined ? {} : { path }),
  });
const sentence = (error: unknown): string | null => {
  const found = systemErrorOf(error);
  return found === null ? null : systemErrorSentence(found, ENV);
};

test.each([
  [
    'a file in the cache',
    system('EACCES', 'open', '/caches/glacier-transfer/x'),
    '/caches/glacier-transfer/x: permission denied (EACCES, open). Give this user access to it, or choose another folder with XDG_CACHE_HOME.',
  ],
  [
    'a folder for data that cannot be made',
    system('EROFS', 'mkdir', '/data/glacier-transfer'),
    '/data/glacier-transfer: read-only file system (EROFS, mkdir). Make it writable for this user, or choose another folder with XDG_DATA_HOME.',
  ],
  [
    'a file elsewhere',
    system('EIO', 'read', '/mnt/x'),
    '/mnt/x: input/output error (EIO, read). Check the disk or terminal.',
  ],
  ['no path', system('ENOSPC', 'write'), 'This machine: no space left on device (ENOSPC, write). Make room there.'],
  [
    'a limit, which no folder is to blame for',
    system('EMFILE', 'open', '/caches/glacier-transfer/x'),
    '/caches/glacier-transfer/x: too many open files (EMFILE, open). Raise the limit on open files (ulimit -n).',
  ],
  [
    'too many sockets',
    system('EMFILE', 'connect'),
    'This machine: too many open files (EMFILE, connect). Raise the limit on open files (ulimit -n).',
  ],
  [
    'DuckDB',
    new Error('IO Error: Could not write file "/x/y.spill": No space left on device'),
    '/x/y.spill: no space left on device (ENOSPC). Make room there.',
  ],
])('an error of the operating system becomes a sentence with the remedy: %s', (_, error, expected) => {
  expect(sentence(error)).toBe(expected);
});

test.each([
  ['a refused connection', system('ECONNREFUSED', 'connect')],
  ['a port that needs privileges', system('EACCES', 'listen')],
  ['a plain error', new Error('ENOSPC')],
  ['another error of DuckDB', new Error('Binder Error: No space left on device')],
  ['no error', null],
])('%s is not an error of the operating system about a file', (_, error) => {
  expect(sentence(error)).toBeNull();
});

test('an error while a path is used names that path and what needed it, and any other error passes', async () => {
  const full = usingPath(ENV, '/caches/glacier-transfer', 'The catalogue of r1', () =>
    Promise.reject(system('ENOSPC', 'write')),
  );
  await expect(full).rejects.toMatchObject({
    exitCode: 7,
    message:
      'The catalogue of r1 needs /caches/glacier-transfer: no space left on device (ENOSPC, write). ' +
      'Make room there, or choose another folder with XDG_CACHE_HOME.',
  });
  const other = new Error('other');
  await expect(usingPath(ENV, '/x', 'It', () => Promise.reject(other))).rejects.toBe(other);
});
