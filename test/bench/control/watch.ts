import { setTimeout } from 'node:timers/promises';
import { Queries } from '../../../src/ids';
import type { RunProgress } from '../../../src/wire/progress';
import { rounded } from '../machine';
import type { Place } from './place';

const SAMPLE_MS = 10_000;

/** One look at a run from outside. */
export interface Sample {
  readonly atMs: number;
  /** By process. */
  readonly rssMiB: Readonly<Record<string, number>>;
  /** How long `progress` took to answer. */
  readonly queryMs: number;
  /** What it said. */
  readonly verified: number;
}

/** Looks at a run every ten seconds until it is over. */
export async function watch(place: Place, runName: string, over: AbortSignal): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const run = place.client.workflow.getHandle(runName);
  while (!over.aborted) {
    await setTimeout(SAMPLE_MS, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) break;
    const rssMiB = Object.fromEntries(Object.entries(place.usage()).map(([name, usage]) => [name, usage.rssMiB]));
    const atMs = Date.now();
    const { archives } = await run.query<RunProgress>(Queries.progress);
    samples.push({ atMs, rssMiB, queryMs: Date.now() - atMs, verified: archives.verified });
  }
  return samples;
}

/**
 * How memory and answers went through a run.
 * @param movedMs when each archive was moved, in order
 */
export function courses(samples: readonly Sample[], processes: readonly string[], movedMs: Float64Array) {
  const rssMiB = processes.map((name) => [name, course(samples.map((sample) => sample.rssMiB[name] ?? 0))]);
  return {
    samples: samples.length,
    rssMiB: Object.fromEntries(rssMiB) as Readonly<Record<string, ReturnType<typeof course>>>,
    progressQueryMs: course(samples.map(({ queryMs }) => queryMs)),
    progressAgeSeconds: course(samples.map((sample) => ageSeconds(sample, movedMs))),
  };
}

/** How long ago the first archive was moved that `progress` did not yet count. */
function ageSeconds({ atMs, verified }: Sample, movedMs: Float64Array): number {
  const firstUncountedMs = movedMs[verified] ?? atMs;
  return Math.max(0, (atMs - firstUncountedMs) / 1_000);
}

/** How a figure went through a run. */
function course(values: readonly number[]) {
  const ascending = values.toSorted((left, right) => left - right);
  const at = (share: number): number => rounded(ascending[Math.floor(share * (ascending.length - 1))] ?? 0);
  return { first: rounded(values[0] ?? 0), median: at(0.5), last: rounded(values.at(-1) ?? 0), max: at(1) };
}
