/**
 * Prints what control and moving cost, as one JSON object.
 *
 *   npm run bench:control -- sandbox --archives 20000
 *
 * docs/performance.md says what each benchmark measures, and what it has measured.
 */
import { parseArgs } from 'node:util';
import { benchActions } from './control/actions-run';
import { benchBare } from './control/bare-run';
import { benchFakes } from './control/fake-run';
import { benchLab } from './control/lab-run';
import { benchSandbox } from './control/sandbox-run';
import { rounded } from './machine';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    archives: { type: 'string' },
    processes: { type: 'string', default: '0' },
    profiles: { type: 'string' },
  },
});
const options = { profileDir: values.profiles ?? null };
const processes = Number(values.processes);
const archives = (usual: number): number => Number(values.archives ?? usual);

const BENCHMARKS: Readonly<Record<string, () => Promise<object>>> = {
  batched: () =>
    benchFakes(
      'batched',
      { archives: archives(100_000), sizeBytes: 10_000_000, shardArchives: 5_000, own: false },
      options,
    ),
  workflows: async () => {
    const plan = { archives: archives(4_000), sizeBytes: 1_000_000, shardArchives: 200, own: true };
    const bare = await benchBare(Math.min(1_000, plan.archives), options);
    const figures = await benchFakes('workflows', plan, options);
    return { ...figures, bare, shareOfBare: rounded(figures.archivesPerSecond / bare.archivesPerSecond) };
  },
  sandbox: () => benchSandbox({ archives: archives(20_000), sizeBytes: 10_000, jobSeconds: 1, processes }, options),
  lab: () => benchLab({ archives: archives(1_000_000), sizeBytes: 1, jobSeconds: 1, processes }, options),
  actions: () => benchActions(options),
};

async function main(): Promise<void> {
  const benchmark = BENCHMARKS[positionals[0] ?? ''];
  if (benchmark === undefined) throw new Error(`Name one of: ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.stdout.write(`${JSON.stringify(await benchmark(), null, 2)}\n`);
}

void main();
