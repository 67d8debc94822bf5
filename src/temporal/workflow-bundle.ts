import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { outputRoot } from './package-root';

/** Where `npm run build` puts the workflow code, bundled and checked. */
export const workflowBundleFile = join(outputRoot, 'workflow-bundle.js');

/**
 * The workflow code for workers. They never bundle by themselves: what runs is what was tested.
 * @throws {Error} when it has not been built
 */
export function workflowBundlePath(file: string = workflowBundleFile): string {
  if (existsSync(file)) return file;
  throw new Error(`The workflow bundle ${file} is missing: run npm run build.`);
}
