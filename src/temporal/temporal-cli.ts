import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The first release whose server has everything we use. */
const OLDEST = { major: 1, minor: 5 } as const;
const VERSION_LIMIT_MS = 10_000;

/**
 * Runs `<executable> --version` and says what is wrong with it, or null when it is a Temporal CLI that will do.
 * @param executable a path, or a name to be looked up on PATH
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
