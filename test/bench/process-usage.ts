import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { rounded } from './machine';

const CLOCK_TICKS_PER_SECOND = 100;

export interface Usage {
  readonly cpuSeconds: number;
  readonly rssMiB: number;
  readonly peakRssMiB: number;
}

/** What a process has used so far, by Linux's own account. @throws Error when it has ended */
export function usageOf(pid: number): Usage {
  // The name of the command, in parentheses, may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND,
    rssMiB: mib('VmRSS'),
    peakRssMiB: mib('VmHWM'),
  };
}

/** All processes below one, nearest first. */
export function descendantsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number).filter(Boolean);
  return [...children, ...children.flatMap(descendantsOf)];
}

/** Of a process, as its `ps` line begins. */
export const commandOf = (pid: number): readonly string[] => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');

type Usages = Readonly<Record<string, Usage>>;

/** CPU seconds that each process has used between two looks at it, and the most memory that it has ever had. */
export const costsBetween = (before: Usages, after: Usages) => ({
  cpuSeconds: mapped(after, ({ cpuSeconds }, name) => rounded(cpuSeconds - (before[name]?.cpuSeconds ?? 0))),
  peakRssMiB: mapped(after, ({ peakRssMiB }) => peakRssMiB),
});

const mapped = <T, U>(record: Readonly<Record<string, T>>, map: (value: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));

const LISTENING = '0A';

/** Ports on which a process listens for IPv4 connections. */
export function listeningPortsOf(pid: number): number[] {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  const sockets = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const [, ...lines] = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, , , state, , , , , , inode]) => state === LISTENING && sockets.has(inode))
    .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16));
}
