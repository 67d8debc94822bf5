import { countFetched } from '../oracle/checks/budget/fetched';
import { countRequests } from '../oracle/checks/budget/requests';
import type { World } from '../oracle/world';
import type { Kill } from './worker-pool';
import type { FaultRun } from './fault-run';

const counts = (entries: Iterable<readonly [string, number]>): string =>
  [...entries]
    .toSorted(([left], [right]) => left.localeCompare(right))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

function tally(names: readonly string[]): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const name of names) counted.set(name, (counted.get(name) ?? 0) + 1);
  return counted;
}

const most = (world: World, what: 'events' | 'largestPayloadBytes' | 'mostPending'): number =>
  Math.max(0, ...world.histories.map((history) => history[what]));

/** The results of a run, one line each; after a violation also how to reproduce it. */
export function reportLines({ options, injected, kills, world, violations, seconds }: FaultRun): string[] {
  const { archiveBytes, fetchedBytes, explainedBytes } = countFetched(world);
  const count = (check: string): number => violations.filter((violation) => violation.check === check).length;
  const faultsInAll = [...injected.values()].reduce((sum, times) => sum + times, 0);
  const { archives } = world.progress;
  const lines = [
    `archives             ${options.archives}: ${archives['verified']} verified, ${archives['failed']} failed, ${archives['skipped']} skipped`,
    `failures             ${counts(Object.entries(world.progress.failures)) || 'none'}`,
    `kills                ${kills.length}: ${counts(tally(kills.map(({ point }) => point)))}`,
    `faults               ${faultsInAll}: ${counts(injected)}`,
    `lost                 ${count('O1 outcomes')}`,
    `accepted corruptions ${count('O2 bytes')}`,
    `fetched              ${(fetchedBytes / archiveBytes).toFixed(4)} of the bytes of the archives; faults and kills may explain ${(explainedBytes / archiveBytes).toFixed(4)} more than 1`,
    `requests             ${(countRequests(world) / options.archives).toFixed(2)} to Glacier and S3 for each archive`,
    `longest history      ${most(world, 'events')} events`,
    `largest payload      ${most(world, 'largestPayloadBytes')} bytes`,
    `most pending         ${most(world, 'mostPending')}`,
    `time                 ${seconds.toFixed(0)} s`,
  ];
  if (violations.length === 0) return lines;
  return [
    ...lines,
    '',
    'faults by seed, as a file for `glacier-transfer sandbox --faults`, in two parts (from the start; from the first job for an archive on):',
    JSON.stringify(options.faults.fromTheStart),
    JSON.stringify(options.faults.forArchives),
    '',
    ...violations.map(({ check, sentence }) => `VIOLATION ${check}: ${sentence}`),
  ];
}

/** Prints on standard error at which crash points processes die, with the time since the start. */
export function printKills(): (kill: Kill) => void {
  const startedMs = Date.now();
  let kills = 0;
  return ({ point, atMs }) => {
    kills += 1;
    console.error(`${((atMs - startedMs) / 1_000).toFixed(0).padStart(6)} s  kill ${kills} at ${point}`);
  };
}
