import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { outputRoot } from './package-root';

/**
 * The workflow code that `npm run build` bundled and checked. Workers never bundle by themselves: what runs is what
 * was tested.
 * @throws {Error} when it has not been built
 */
export function workflowBundlePath(): string {
  const file = join(outputRoot, 'workflow-bundle.js');
  if (!existsSync(file)) throw new Error(`The workflow bundle ${file} is missing: run npm run build.`);
  return file;
}
