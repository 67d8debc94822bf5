/** The least that a workflow for each archive can be: two activities and a signal, and nothing of the product. */
import { condition, defineSignal, proxyActivities, setHandler, startChild } from '@temporalio/workflow';
import type { BareActivities } from './worker';

export const done = defineSignal('done');

/** Most children that are started at once, as in the product. */
const AT_ONCE = 100;

const { request, move } = proxyActivities<BareActivities>({ startToCloseTimeout: '1 minute' });

export async function bareArchive(): Promise<void> {
  let isDone = false;
  setHandler(done, () => void (isDone = true));
  await request();
  await condition(() => isDone);
  await move();
}

export async function bareParent(archives: number): Promise<void> {
  const ends: Promise<void>[] = [];
  for (let started = 0; started < archives; started = ends.length) {
    const count = Math.min(AT_ONCE, archives - started);
    const children = await Promise.all(Array.from({ length: count }, () => startChild(bareArchive)));
    ends.push(...children.map((child) => child.result()));
  }
  await Promise.all(ends);
}
