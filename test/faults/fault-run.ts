import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { CallRecord, RuleReport } from 'glacier-sandbox';
import { CONTROL_QUEUE } from '../../src/ids';
import type { TransferRequest } from '../../src/wire/request';
import { judge, type Violation } from '../oracle/oracle';
import { readWorld } from '../oracle/read/world';
import type { TimedCall, World } from '../oracle/world';
import { BUCKET, startStack, VAULT } from '../support/stack';
import { WorkerPool, type Kill, type CrashSchedule } from './worker-pool';
import type { DrawnFaults } from './fault-script';
import { sendUpdates, type UpdatePlan } from './random-updates';
import { fillVault, KEPT_PREFIXES, placeOf, plantForeign } from './seeded-vault';
import { LostActivities } from './fail-lost-activities';

const MIB = 1024 * 1024;
const RUN = 'faults';

/** Invalid, unmistakable credentials: if one is found anywhere, the product has written it. */
const CANARIES = {
  AWS_ACCESS_KEY_ID: 'AKIACANARYQ7EXAMPLE2',
  AWS_SECRET_ACCESS_KEY: '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',
  AWS_SESSION_TOKEN: 'canaryToken//IQoJb3JpZ2luX2VjEJr+2hJb0sZ3tWmXyLr==',
} as const;

export interface FaultRunOptions {
  /** Of the vault. */
  readonly seed: string;
  readonly archives: number;
  readonly faults: DrawnFaults;
  readonly crashes: CrashSchedule;
  readonly updates: UpdatePlan;
  /** Called after each kill, to show the progress of a long run. */
  readonly onKill?: (kill: Kill) => void;
}

/** A run with all faults and kills of its seed, and the violations that the oracle found. */
export interface FaultRun {
  readonly options: FaultRunOptions;
  readonly injected: ReadonlyMap<string, number>;
  readonly kills: readonly Kill[];
  readonly world: World;
  readonly violations: readonly (Violation | { readonly check: 'workers'; readonly sentence: string })[];
  readonly seconds: number;
}

/** Moves a vault under faults and kills, and checks the result. Temporal must be running at TEMPORAL_ADDRESS. */
export async function runWithFaults(options: FaultRunOptions): Promise<FaultRun> {
  const startedMs = Date.now();
  const { faults } = options;
  const calls: TimedCall[] = [];
  let archiveJobs = 0;
  const onCall = (call: CallRecord): void => {
    calls.push({ ...call, endedMs: Date.now() });
    if (call.operation === 'InitiateJob' && call.detail['archive'] !== undefined && ++archiveJobs === 1)
      stack.sandbox.faults.add(faults.forArchives);
  };
  const stack = await startStack({
    workers: false,
    sandbox: { discardBodies: { keepPrefixes: KEPT_PREFIXES }, onCall },
  });
  const { sandbox, client, clients } = stack;
  try {
    const rows = await fillVault(stack, options.seed, options.archives);
    const planted = await plantForeign(clients, rows);
    calls.length = 0;

    sandbox.faults.add(faults.fromTheStart);
    const lostActivities = new LostActivities(client);
    const environment = { ...stack.environment, ...CANARIES };
    const workers = new WorkerPool(['all', 'transfer'], environment, options.crashes, (kill) => {
      lostActivities.died(kill.pid);
      options.onKill?.(kill);
    });
    try {
      const run = await client.workflow.start('vaultTransfer', {
        taskQueue: CONTROL_QUEUE,
        workflowId: RUN,
        args: [requestFor(options.archives)],
      });
      const updates = sendUpdates(run, options.seed, options.updates, options.archives, () => calls.length);
      await Promise.all([run.result().catch(unlessCancelled), updates]);
      const observed = { rows, planted, calls: [...calls], killsMs: workers.kills.map(({ atMs }) => atMs) };
      const injected = countInjected(sandbox.faults.report());
      sandbox.faults.clear();
      const world = await readWorld({
        ...observed,
        run: RUN,
        client,
        place: placeOf(clients),
        logs: workers.papers(),
        secrets: Object.values(CANARIES),
      });
      const unexpectedExits = workers.unexpectedExits.map((sentence) => ({ check: 'workers' as const, sentence }));
      const violations = [...judge(world), ...unexpectedExits];
      const seconds = (Date.now() - startedMs) / 1_000;
      return { options, injected, kills: workers.kills, world, violations, seconds };
    } finally {
      await workers.stop();
      await lostActivities.stop();
    }
  } finally {
    await stack.close();
  }
}

/** Ignores the failure of a cancelled run. @throws any other failure */
function unlessCancelled(error: unknown): void {
  if (!(error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure)) throw error;
}

/** Shards, own workflows, batches and a root that continues as new, all in one small run. */
const requestFor = (archives: number): TransferRequest => ({
  vault: VAULT,
  bucket: BUCKET,
  storageClass: 'STANDARD_IA',
  tuning: {
    pollSeconds: 3,
    ownWorkflowUpTo: 0,
    largeArchiveBytes: MIB,
    shardArchives: Math.max(10, Math.ceil(archives / 4)),
    continueAsNewAfter: 200,
  },
});

function countInjected(report: readonly RuleReport[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule, injected } of report) counts.set(rule.fault, (counts.get(rule.fault) ?? 0) + injected);
  return counts;
}
