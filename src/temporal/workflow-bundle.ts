import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { outputRoot } from './paths';

/** Where `npm run build` puts the workflow code, bundled and checked. */
export const workflowBundleFile = join(outputRoot, 'workflow-bundle.js');
/** The same for workers with a codec: what fails in it says why in a payload, which the codec encrypts. */
export const codecWorkflowBundleFile = join(outputRoot, 'workflow-bundle-codec.js');

/**
 * The workflow code for workers. They never bundle by themselves: what runs is what was tested.
 * @throws {Error} when it has not been built
 */
export function workflowBundlePath(file: string): string {
  if (existsSync(file)) return file;
  throw new Error(`The workflow bundle ${file} is missing: run npm run build.`);
}
