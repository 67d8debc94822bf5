import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../output';
import { usingPath } from '../system-error';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/**
 * A new folder that goes with this process, also when it crashes or is told twice to stop.
 * @param subject what needs it, for the error
 * @throws CliError that names TMPDIR, where there can be none
 */
export async function temporaryFolder(env: Environment, subject: string, prefix: string): Promise<TemporaryFolder> {
  const path = await usingPath(env, tmpdir(), subject, () => mkdtemp(join(tmpdir(), prefix)));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path,
    remove: () => {
      process.off('exit', remove);
      remove();
    },
  };
}
