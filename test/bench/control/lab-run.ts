import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Queries } from '../../../src/ids';
import type { RunProgress } from '../../../src/wire/progress';
import { historiesOf } from './histories';
import { machine, rounded } from '../machine';
import { Place, type PlaceOptions } from './place';
import { runInSandbox, RUN } from './sandbox-run';
import { SandboxStack, type SandboxPlan } from './sandbox-stack';

const SAMPLE_MS = 10_000;

interface Sample {
  readonly atMs: number;
  readonly workerRssMiB: number;
  readonly sandboxRssMiB: number;
  /** How long `progress` took to answer. */
  readonly queryMs: number;
  /** What it said. */
  readonly verified: number;
}

/** A long run, watched from outside: memory, how soon `progress` answers, and how old its answer is. */
export const benchLab = (plan: SandboxPlan, options: PlaceOptions): Promise<object> =>
  Place.use(options, async (place) => {
    const about = machine();
    const stack = await SandboxStack.start(place, plan);
    const over = new AbortController();
    const watching = watch(place, over.signal);
    const { seconds, costs } = await runInSandbox(place, stack, { ownWorkflowUpTo: 0 }).finally(() => over.abort());
    const samples = await watching;
    const puts = await stack.putTimesMs();
    return {
      benchmark: 'lab',
      ...about,
      ...plan,
      seconds,
      archivesPerSecond: rounded(plan.archives / seconds),
      samples: samples.length,
      workerRssMiB: course(samples.map(({ workerRssMiB }) => workerRssMiB)),
      sandboxRssMiB: course(samples.map(({ sandboxRssMiB }) => sandboxRssMiB)),
      progressQueryMs: course(samples.map(({ queryMs }) => queryMs)),
      progressAgeSeconds: course(samples.map((sample) => ageSeconds(sample, puts))),
      ...costs,
      histories: await historiesOf(place.client),
      databaseMiB: Math.round((await stat(place.databaseFile)).size / 1024 ** 2),
    };
  });

async function watch(place: Place, over: AbortSignal): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const run = place.client.workflow.getHandle(RUN);
  while (!over.aborted) {
    await setTimeout(SAMPLE_MS, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) break;
    const usage = place.usage();
    const atMs = Date.now();
    const { archives } = await run.query<RunProgress>(Queries.progress);
    samples.push({
      atMs,
      workerRssMiB: usage['worker']?.rssMiB ?? 0,
      sandboxRssMiB: usage['sandbox']?.rssMiB ?? 0,
      queryMs: Date.now() - atMs,
      verified: archives.verified,
    });
  }
  return samples;
}

/** How long ago the first archive was stored that `progress` did not yet count. @param puts times, in order */
function ageSeconds({ atMs, verified }: Sample, puts: Float64Array): number {
  const firstUncountedMs = puts[verified] ?? atMs;
  return Math.max(0, (atMs - firstUncountedMs) / 1_000);
}

/** How a figure went through a run. */
function course(values: readonly number[]) {
  const ascending = values.toSorted((left, right) => left - right);
  const at = (share: number): number => rounded(ascending[Math.floor(share * (ascending.length - 1))] ?? 0);
  return { first: rounded(values[0] ?? 0), median: at(0.5), last: rounded(values.at(-1) ?? 0), max: at(1) };
}
