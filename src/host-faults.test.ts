import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describeAwsError } from './aws/errors';
import { clockFaultOf, hostFaultOf, thisHost, type HostFaultKind } from './host-faults';

const HOST = { machine: 'worker-7', folder: '/scratch' };

const node = (code: string, syscall?: string, path?: string): Error =>
  Object.assign(new Error(`${code}: as Node says it`), {
    code,
    errno: -1,
    ...(syscall === undefined ? {} : { syscall }),
    ...(path === undefined ? {} : { path }),
  });
const DUCK_OFFLOAD =
  "Out of Memory Error: failed to offload data block of size 256.0 KiB (0 bytes/0 bytes used).\nThis limit was set by the 'max_temp_directory_size' setting.";

test.each<[name: string, error: unknown, kind: HostFaultKind, says: RegExp]>([
  [
    'a full disk',
    node('ENOSPC', 'write'),
    'disk-full',
    /disk of worker machine worker-7 is full in \/scratch \(ENOSPC: .*\)\. Free space in \/scratch.*TMPDIR/,
  ],
  ['an exceeded quota', node('EDQUOT', 'write'), 'disk-full', /Free space in \/scratch/],
  ['a limit on file sizes', node('EFBIG', 'write'), 'file-size', /ulimit -f/],
  [
    'a read-only disk',
    node('EROFS', 'mkdtemp', '/scratch/glacier-transfer-XXXXXX'),
    'folder',
    /cannot use the folder \/scratch \(EROFS/,
  ],
  [
    'a folder without write permission',
    node('EACCES', 'mkdir', '/scratch/a/b'),
    'folder',
    /Make \/scratch a folder that the worker may write to/,
  ],
  [
    'a missing folder',
    node('ENOENT', 'mkdtemp', '/scratch/glacier-transfer-XXXXXX'),
    'folder',
    /cannot use the folder \/scratch/,
  ],
  ['a file instead of a folder', node('ENOTDIR', 'mkdtemp', '/scratch/x'), 'folder', /cannot use the folder \/scratch/],
  [
    'a folder elsewhere',
    node('EACCES', 'open', '/other/place/file'),
    'folder',
    /cannot use the folder \/other\/place /,
  ],
  ['a broken disk', node('EIO', 'read'), 'disk', /disk of worker machine worker-7 fails in \/scratch.*Check that disk/],
  [
    'no descriptor for a file',
    node('EMFILE', 'open', '/scratch/x'),
    'descriptors',
    /worker-7 has no file descriptor left.*ulimit -n/,
  ],
  ['no descriptor for a connection', node('EMFILE', 'connect'), 'descriptors', /ulimit -n/],
  ['no descriptor on the whole machine', node('ENFILE', 'open'), 'descriptors', /fs\.file-max/],
  ['no memory', node('ENOMEM', 'mmap'), 'memory', /worker-7 has no memory left.*more memory/],
  ['no memory for a buffer', new RangeError('Array buffer allocation failed'), 'memory', /more memory/],
  ['no memory, as Node reports it', node('ERR_MEMORY_ALLOCATION_FAILED'), 'memory', /more memory/],
  ['no memory for zlib', node('Z_MEM_ERROR'), 'memory', /more memory/],
  [
    'DuckDB on a full disk',
    new Error('IO Error: Could not write file "/scratch/gt-1/archives.duckdb": No space left on device'),
    'disk-full',
    /is full in \/scratch \(IO Error/,
  ],
  [
    'DuckDB, spilling to a full disk',
    new Error(DUCK_OFFLOAD),
    'disk-full',
    /is full in \/scratch \(Out of Memory Error: failed to offload [^\n]*used\)/,
  ],
  [
    'DuckDB, invalidated by a full disk',
    new Error(
      'FATAL Error: Failed: database has been invalidated because of a previous fatal error. Original error: "IO Error: No space left on device"',
    ),
    'disk-full',
    /is full/,
  ],
  [
    'DuckDB without memory',
    new Error('Out of Memory Error: could not allocate block of size 256.0 KiB (488.2 MiB/488.2 MiB used)'),
    'memory',
    /more memory/,
  ],
  [
    'DuckDB without its folder',
    new Error('IO Error: Cannot open file "/scratch/gt-1/x.parquet": No such file or directory'),
    'folder',
    /cannot use the folder \/scratch/,
  ],
  [
    'DuckDB on a read-only disk',
    new Error('IO Error: Cannot open file "/scratch/x": Read-only file system'),
    'folder',
    /cannot use/,
  ],
  [
    'DuckDB without descriptors',
    new Error('IO Error: Cannot open file "/scratch/x": Too many open files'),
    'descriptors',
    /ulimit -n/,
  ],
  [
    'a fault as the cause of another error',
    new Error('the inventory could not be read', { cause: node('ENOSPC', 'write') }),
    'disk-full',
    /is full/,
  ],
])('%s is reported as a fault of the host', (_name, error, kind, says) => {
  const fault = hostFaultOf(error, HOST);
  expect(fault?.kind).toBe(kind);
  expect(fault?.message).toMatch(says);
  expect(fault?.message).toMatch(/\. The run waits, and resumes automatically once this is fixed\.$/);
  expect(fault?.message).not.toContain('\n');
});

test.each<[name: string, error: unknown]>([
  ['a connection that a firewall forbids', node('EACCES', 'connect')],
  ['a refused connection', node('ECONNREFUSED', 'connect')],
  ['an unknown name', node('ENOTFOUND', 'getaddrinfo')],
  ['an error of the same name without a system call', node('ENOENT')],
  ['a denial by AWS', Object.assign(new Error('Access denied'), { name: 'AccessDeniedException' })],
  ['an inventory that quotes such an error', new Error('row 7: "No space left on device"')],
  ['another error of DuckDB', new Error('Conversion Error: Could not convert string "No space left on device"')],
  ['a defect', new TypeError('x is not a function')],
  ['no error', undefined],
  ['a text', 'ENOSPC'],
])('%s is not a fault of the host', (_name, error) => {
  expect(hostFaultOf(error, HOST)).toBeNull();
});

test('a circular chain of causes ends', () => {
  const error = new Error('round');
  error.cause = error;
  expect(hostFaultOf(error, HOST)).toBeNull();
});

test('a lack of descriptors or memory is brief, a full disk is not', () => {
  expect(hostFaultOf(node('EMFILE', 'open'), HOST)?.isBrief).toBe(true);
  expect(hostFaultOf(node('ENOMEM', 'mmap'), HOST)?.isBrief).toBe(true);
  expect(hostFaultOf(node('ENOSPC', 'write'), HOST)?.isBrief).toBe(false);
});

(process.platform === 'linux' ? describe : describe.skip)('real errors of this machine', () => {
  test('a full device and missing folders are faults of the host', async () => {
    const file = openSync('/dev/full', 'w');
    const full = ((): unknown => {
      try {
        return writeSync(file, 'x');
      } catch (error) {
        return error;
      } finally {
        closeSync(file);
      }
    })();
    const missing = await mkdtemp('/nowhere/glacier-transfer-').catch((error: unknown) => error);
    const none = await open(join('/dev/null', 'x'), 'w').catch((error: unknown) => error);
    const duck = await DuckDBInstance.create('/nowhere/archives.duckdb').catch((error: unknown) => error);
    expect([full, missing, none, duck].map((error) => hostFaultOf(error)?.kind)).toEqual([
      'disk-full',
      'folder',
      'folder',
      'folder',
    ]);
    expect(hostFaultOf(full)?.message).toContain(thisHost().machine);
  });
});

test.each([
  ['RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.'],
  ['InvalidSignatureException', 'Signature not yet current: 20261130T120000Z is still later than 20261130T115000Z'],
  ['InvalidSignatureException', 'Signature expired: 20261130T120000Z is now earlier than 20261130T121500Z'],
])('a rejected clock is a fault of the host that names the machine (%s)', (name, message) => {
  const fault = clockFaultOf(describeAwsError(Object.assign(new Error(message), { name })), HOST);
  expect(fault).toMatchObject({ kind: 'clock', isBrief: true });
  expect(fault?.message).toMatch(
    /^The clock of worker machine worker-7 is wrong.*SDK corrects its offset.*resumes automatically/,
  );
});

test('a wrong signature is not a fault of the clock', () => {
  const error = Object.assign(new Error('The request signature we calculated does not match'), {
    name: 'InvalidSignatureException',
  });
  expect(clockFaultOf(describeAwsError(error), HOST)).toBeNull();
});
