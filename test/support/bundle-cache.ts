import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflows } from '../../src/temporal/bundle-workflows';
import { packageRoot } from '../../src/temporal/paths';

const CACHE = join(packageRoot, 'node_modules/.cache/glacier-transfer');

/** All that decides what is in the bundle: what workflows may import, how it is made, and the SDK's version. */
const INGREDIENTS = [
  'workflows',
  'src/domain',
  'src/wire',
  'src/ids.ts',
  'src/failures.ts',
  'src/temporal/bundle-workflows.ts',
  'node_modules/@temporalio/worker/package.json',
];

/** Bundles the workflows of the sources, unless they have been bundled as they are now. Returns the file. */
export const cachedWorkflowBundle = (): Promise<string> =>
  cached('workflow', INGREDIENTS, async () => (await bundleWorkflows(join(packageRoot, 'workflows'))).code);

const PARENT = 'test/support/parent-workflow.ts';

/** The same of the workflow that stands in for the parents of ours. */
export const cachedParentBundle = (): Promise<string> =>
  cached('parent', [PARENT, 'node_modules/@temporalio/worker/package.json'], async () => {
    const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
    const workflowsPath = join(packageRoot, PARENT);
    return (await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') })).code;
  });

async function cached(name: string, ingredients: readonly string[], make: () => Promise<string>): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ingredients.flatMap(filesBelow)) hash.update(file).update('\0').update(readFileSync(file));
  const target = join(CACHE, `${name}-bundle-${hash.digest('hex').slice(0, 16)}.js`);
  if (existsSync(target)) return target;
  const code = await make();
  mkdirSync(CACHE, { recursive: true });
  const partial = `${target}.${process.pid}`;
  writeFileSync(partial, code);
  renameSync(partial, target);
  return target;
}

function filesBelow(path: string): readonly string[] {
  const absolute = join(packageRoot, path);
  if (statSync(absolute).isFile()) return [absolute];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .map((name) => join(absolute, name))
    .filter((file) => statSync(file).isFile())
    .toSorted();
}
