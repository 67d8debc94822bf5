import { basename, join, resolve } from 'node:path';
import { existsSync } from 'node:fs';

/** This file's folder is `<package>/dist/src/temporal` when compiled and `<package>/src/temporal` under jest. */
const compiledOrSource = resolve(__dirname, '../..');

/** Folder that holds package.json and temporal-dev.yaml. */
export const packageRoot = basename(compiledOrSource) === 'dist' ? resolve(compiledOrSource, '..') : compiledOrSource;

/** Folder of the compiled output. */
export const outputRoot = join(packageRoot, 'dist');

/** Where `npm run build` puts the workflow code, bundled and checked. */
export const workflowBundleFile = join(outputRoot, 'workflow-bundle.js');
/** The same for workers with a codec: what fails in it says why in a payload, which the codec encrypts. */
export const codecWorkflowBundleFile = join(outputRoot, 'workflow-bundle-codec.js');

/**
 * The workflow bundle for workers. They never bundle at start: what runs is what was tested.
 * @throws {Error} when it has not been built
 */
export function workflowBundlePath(file: string): string {
  if (existsSync(file)) return file;
  throw new Error(`The workflow bundle ${file} is missing: run npm run build.`);
}
