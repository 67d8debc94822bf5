import { CONTROL_QUEUE } from '../../../src/ids';
import type { TransferSummary } from '../../../src/wire/progress';
import type { TransferTuning } from '../../../src/wire/request';
import { historiesOf } from './histories';
import { machine, rounded } from '../machine';
import { Place, type PlaceOptions } from './place';
import { costsBetween } from '../process-usage';
import { BUCKET, SandboxStack, VAULT, type Calls, type SandboxPlan } from './sandbox-stack';

export const RUN = 'bench';

export interface SandboxRun {
  readonly summary: TransferSummary;
  /** From the start of the run to its end, inventory and all. */
  readonly seconds: number;
  /** Calls of the run, by service and operation. */
  readonly calls: Calls;
  readonly costs: ReturnType<typeof costsBetween>;
}

/** Moves the vault of a stack to the end. @throws Error when not every archive is verified */
export async function runInSandbox(
  place: Place,
  stack: SandboxStack,
  tuning: TransferTuning = {},
): Promise<SandboxRun> {
  const callsBefore = await stack.calls();
  const usageBefore = place.usage();
  const run = await place.client.workflow.start('vaultTransfer', {
    taskQueue: CONTROL_QUEUE,
    workflowId: RUN,
    args: [{ vault: VAULT, bucket: BUCKET, storageClass: 'STANDARD', requestsPerSecond: 5_000, tuning }],
  });
  const summary = (await run.result()) as TransferSummary;
  const costs = costsBetween(usageBefore, place.usage());
  if (summary.state !== 'completed') throw new Error(`The run has ended as ${summary.state}.`);
  const seconds = (Date.parse(summary.finishedAt) - Date.parse(summary.startedAt)) / 1_000;
  return { summary, seconds, calls: difference(callsBefore, await stack.calls()), costs };
}

const difference = (before: Calls, after: Calls): Calls =>
  new Map([...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)]));

/** Calls of each archive on average, the most frequent ones first. */
export const perArchive = (calls: Calls, archives: number): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...calls]
      .filter(([, count]) => count > 0)
      .toSorted(([, left], [, right]) => right - left)
      .map(([name, count]) => [name, Number((count / archives).toPrecision(3))]),
  );

/** Small archives from the sandbox's vault into its bucket, with everything as a person runs it. */
export const benchSandbox = (plan: SandboxPlan, options: PlaceOptions): Promise<object> =>
  Place.use(options, async (place) => {
    const about = machine();
    const stack = await SandboxStack.start(place, plan);
    // Batches, however few archives there are.
    const { seconds, calls, costs } = await runInSandbox(place, stack, { ownWorkflowUpTo: 0 });
    return {
      benchmark: 'sandbox',
      ...about,
      ...plan,
      seconds,
      archivesPerSecond: rounded(plan.archives / seconds),
      requestsPerArchive: perArchive(calls, plan.archives),
      ...costs,
      histories: await historiesOf(place.client),
    };
  });
