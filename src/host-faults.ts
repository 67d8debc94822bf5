import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import type { AwsError } from './aws/errors';
import { errnoInText, type Errno } from './errno';

export type HostFaultKind = 'disk-full' | 'file-size' | 'folder' | 'disk' | 'descriptors' | 'memory' | 'clock';

/** A problem of a worker's machine. */
export interface HostFault {
  readonly kind: HostFaultKind;
  /** Often over within seconds, when other processes release resources: worth a few retries. */
  readonly isBrief: boolean;
  /** What is wrong on which machine and with which folder, and how to fix it. */
  readonly message: string;
}

/** Where the fault occurred. */
export interface Host {
  readonly machine: string;
  /** The folder for temporary files. */
  readonly folder: string;
}

export const thisHost = (): Host => ({ machine: hostname(), folder: tmpdir() });

/** Kinds of the system's errors, and of what Node and its zlib call a lack of memory. */
const KIND_OF_CODE: Readonly<Partial<Record<string, HostFaultKind>>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EFBIG: 'file-size',
  EROFS: 'folder',
  EACCES: 'folder',
  EPERM: 'folder',
  ENOENT: 'folder',
  ENOTDIR: 'folder',
  EISDIR: 'folder',
  ELOOP: 'folder',
  ENAMETOOLONG: 'folder',
  EIO: 'disk',
  ENXIO: 'disk',
  ENODEV: 'disk',
  ESTALE: 'disk',
  EMFILE: 'descriptors',
  ENFILE: 'descriptors',
  ENOMEM: 'memory',
  ERR_MEMORY_ALLOCATION_FAILED: 'memory',
  ERR_WORKER_OUT_OF_MEMORY: 'memory',
  Z_MEM_ERROR: 'memory',
} satisfies Partial<Record<Errno | NodeMemoryError, HostFaultKind>>;
type NodeMemoryError = 'ERR_MEMORY_ALLOCATION_FAILED' | 'ERR_WORKER_OUT_OF_MEMORY' | 'Z_MEM_ERROR';

/** In these system calls, codes of folders and disks are about the network. */
const NETWORK_CALLS = /^(connect|bind|listen|accept|getaddrinfo|queryA|recv|send|shutdown|setsockopt)/;
const OF_FILES: ReadonlySet<HostFaultKind> = new Set(['folder', 'disk']);

/** DuckDB throws plain errors: the text starts with its class of error and ends with the operating system's words. */
const DUCKDB = /^(IO|Out of Memory|FATAL|TransactionContext|Permission|INTERNAL) Error: /;
/** Words of DuckDB itself. */
const KIND_OF_WORDS: readonly (readonly [RegExp, HostFaultKind])[] = [
  [/failed to offload|max_temp_directory_size/i, 'disk-full'],
  [/^Out of Memory Error/, 'memory'],
  [/directory .*does not exist|No such file/i, 'folder'],
  // The system wrote only a part and gave no reason.
  [/Could not write (all bytes|file)/i, 'disk-full'],
];

const BRIEF: ReadonlySet<HostFaultKind> = new Set(['descriptors', 'memory', 'clock']);

/**
 * The fault of the worker's own machine behind an error or its causes; null for all other errors. Covers the file system,
 * sockets that could not be opened, allocations, and DuckDB.
 */
export function hostFaultOf(error: unknown, host: Host = thisHost()): HostFault | null {
  for (let found = error, depth = 0; isObject(found) && depth < MAX_CAUSES; found = found['cause'], depth += 1) {
    const kind = kindOf(found);
    if (kind !== null) return describe(kind, wordsOf(found), pathOf(found), host);
  }
  return null;
}

/**
 * A clock so wrong that AWS rejects requests signed by it; null for all other errors. The SDK corrects its offset by the
 * Date of the response, so the next request usually succeeds.
 */
export function clockFaultOf({ code, message }: AwsError, host: Host = thisHost()): HostFault | null {
  const isClock =
    /Skewed|RequestExpired|InTheFuture/.test(code) || /signature (expired|not yet current)/i.test(message);
  return isClock ? describe('clock', `${code}: ${message}`, null, host) : null;
}

const MAX_CAUSES = 8;

type Raw = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null;

function kindOf({ code, syscall, message }: Raw): HostFaultKind | null {
  const kind = typeof code === 'string' ? (KIND_OF_CODE[code] ?? null) : null;
  if (kind !== null) {
    // Without a system call it is a library's error of the same name.
    const isNetwork = typeof syscall !== 'string' || NETWORK_CALLS.test(syscall);
    return OF_FILES.has(kind) && isNetwork ? null : kind;
  }
  if (typeof message !== 'string') return null;
  if (message === 'Array buffer allocation failed') return 'memory';
  if (!DUCKDB.test(message)) return null;
  const errno = errnoInText(message);
  const kindOfErrno = errno === null ? undefined : KIND_OF_CODE[errno];
  return kindOfErrno ?? KIND_OF_WORDS.find(([words]) => words.test(message))?.[1] ?? null;
}

/** The first line: DuckDB's other lines are advice for programmers. */
const wordsOf = ({ message, code }: Raw): string =>
  (typeof message === 'string' ? (message.split('\n')[0] ?? '') : String(code)).replace(/\.$/, '');

/** The file that a call was about. */
function pathOf({ path: given, message }: Raw): string | null {
  if (typeof given === 'string') return given;
  const [, quoted] = /"([^"]+)"/.exec(typeof message === 'string' ? message : '') ?? [];
  return quoted !== undefined && path.isAbsolute(quoted) ? quoted : null;
}

/** Files below the folder for temporary files are ours; people know only that folder. */
const folderOf = (file: string | null, folder: string): string =>
  file === null || file === folder || file.startsWith(folder + path.sep) ? folder : path.dirname(file);

function describe(kind: HostFaultKind, words: string, file: string | null, { machine, folder }: Host): HostFault {
  const [wrong, fix] = SENTENCES[kind](machine, folderOf(file, folder));
  return {
    kind,
    isBrief: BRIEF.has(kind),
    message: `${wrong} (${words}). ${fix} The run waits, and resumes automatically once this is fixed.`,
  };
}

const ELSEWHERE = 'start the worker with TMPDIR set to a folder on another disk';

/** By kind: what is wrong, and what fixes it. */
const SENTENCES: Readonly<Record<HostFaultKind, (machine: string, folder: string) => readonly [string, string]>> = {
  'disk-full': (machine, folder) => [
    `The disk of worker machine ${machine} is full in ${folder}`,
    `Free space in ${folder}, or ${ELSEWHERE}; preparing a run needs about three times the size of its inventory.`,
  ],
  'file-size': (machine, folder) => [
    `Worker machine ${machine} does not allow files in ${folder} to grow as large as needed`,
    `Raise the limit (ulimit -f) and restart the worker, or ${ELSEWHERE}.`,
  ],
  folder: (machine, folder) => [
    `Worker machine ${machine} cannot use the folder ${folder}`,
    `Make ${folder} a folder that the worker may write to, or ${ELSEWHERE}.`,
  ],
  disk: (machine, folder) => [
    `The disk of worker machine ${machine} fails in ${folder}`,
    `Check that disk, or ${ELSEWHERE}.`,
  ],
  descriptors: (machine) => [
    `Worker machine ${machine} has no file descriptor left for the worker`,
    'Raise the limit (ulimit -n, at least 1024; fs.file-max for the whole machine) and restart the worker.',
  ],
  memory: (machine) => [
    `Worker machine ${machine} has no memory left for the worker`,
    'Give the machine or container more memory, stop other programs that use it, or start fewer --processes.',
  ],
  clock: (machine) => [
    `The clock of worker machine ${machine} is wrong, and AWS rejects requests signed by it`,
    'Synchronize the clock (NTP). The AWS SDK corrects its offset by the rejected requests, so later ones may succeed ' +
      'before that; the first ones of each worker process are rejected again, and times in receipts are wrong.',
  ],
};
