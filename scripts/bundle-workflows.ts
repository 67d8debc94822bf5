/** Builds and checks the workflow bundles that workers load: `node dist/scripts/bundle-workflows.js`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleProblems, bundleWorkflows } from '../src/temporal/bundle-workflows';
import { failureConverterPath } from '../src/temporal/codec/data-converter';
import { outputRoot, codecWorkflowBundleFile, workflowBundleFile } from '../src/temporal/paths';
import { reasonOf } from '../src/reason';

async function main(): Promise<void> {
  const workflowsPath = join(outputRoot, 'workflows');
  const entry = require(workflowsPath) as Readonly<Record<string, unknown>>;
  for (const [file, failureConverter] of [
    [workflowBundleFile],
    [codecWorkflowBundleFile, failureConverterPath],
  ] as const) {
    const bundle = await bundleWorkflows(workflowsPath, failureConverter);
    const problems = bundleProblems(bundle, Object.keys(entry));
    if (problems.length > 0) throw new Error(problems.join('\n'));
    writeFileSync(file, bundle.code);
  }
}

main().catch((error: unknown) => {
  console.error(`The workflow bundle cannot be used.\n${reasonOf(error)}`);
  process.exitCode = 1;
});
