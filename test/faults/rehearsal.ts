import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { CallRecord, RuleReport } from 'glacier-sandbox';
import { CONTROL_QUEUE } from '../../src/ids';
import type { TransferRequest } from '../../src/wire/request';
import { judge, type Violation } from '../oracle/oracle';
import { readWorld } from '../oracle/read/world';
import type { TimedCall, World } from '../oracle/world';
import { BUCKET, startStack, VAULT } from '../support/stack';
import { Crew, type Kill, type Orders } from './crew';
import type { DrawnFaults } from './fault-script';
import { orderAbout, type PeoplePlan } from './people';
import { fillVault, KEPT_PREFIXES, placeOf, plantStrangers } from './vault';
import { WakeUp } from './wake-up';

const MIB = 1024 * 1024;
const RUN = 'rehearsal';

/** Nobody's keys, and unlike anything else: where they turn up, they were written. */
const CANARIES = {
  AWS_ACCESS_KEY_ID: 'AKIACANARYQ7EXAMPLE2',
  AWS_SECRET_ACCESS_KEY: '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',
  AWS_SESSION_TOKEN: 'canaryToken//IQoJb3JpZ2luX2VjEJr+2hJb0sZ3tWmXyLr==',
} as const;

export interface RehearsalOptions {
  /** Of the vault. */
  readonly seed: string;
  readonly archives: number;
  readonly faults: DrawnFaults;
  readonly orders: Orders;
  readonly people: PeoplePlan;
  /** Hears of each kill: a long rehearsal is to be seen at work. */
  readonly onKill?: (kill: Kill) => void;
}

/** A run through everything that the seed made go wrong, and what the oracle says of it. */
export interface Rehearsed {
  readonly options: RehearsalOptions;
  readonly injected: ReadonlyMap<string, number>;
  readonly kills: readonly Kill[];
  readonly world: World;
  readonly violations: readonly (Violation | { readonly check: 'workers'; readonly sentence: string })[];
  readonly seconds: number;
}

/** Moves a vault through faults and kills, and judges what has become of it. Temporal must be running, at TEMPORAL_ADDRESS. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsed> {
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
    const planted = await plantStrangers(clients, rows);
    calls.length = 0;

    sandbox.faults.add(faults.fromTheStart);
    const wakeUp = new WakeUp(client);
    const environment = { ...stack.environment, ...CANARIES };
    const crew = new Crew(['all', 'transfer'], environment, options.orders, (kill) => {
      wakeUp.died(kill.pid);
      options.onKill?.(kill);
    });
    try {
      const run = await client.workflow.start('vaultTransfer', {
        taskQueue: CONTROL_QUEUE,
        workflowId: RUN,
        args: [requestFor(options.archives)],
      });
      const people = orderAbout(run, options.seed, options.people, options.archives, () => calls.length);
      await Promise.all([run.result().catch(unlessCancelled), people]);
      const told = { rows, planted, calls: [...calls], killsMs: crew.kills.map(({ atMs }) => atMs) };
      const injected = countInjected(sandbox.faults.report());
      sandbox.faults.clear();
      const world = await readWorld({
        ...told,
        run: RUN,
        client,
        place: placeOf(clients),
        logs: crew.papers(),
        secrets: Object.values(CANARIES),
      });
      const breakdowns = crew.breakdowns.map((sentence) => ({ check: 'workers' as const, sentence }));
      const violations = [...judge(world), ...breakdowns];
      const seconds = (Date.now() - startedMs) / 1_000;
      return { options, injected, kills: crew.kills, world, violations, seconds };
    } finally {
      await crew.stop();
      await wakeUp.stop();
    }
  } finally {
    await stack.close();
  }
}

/** A cancelled run ends as cancelled, and in good order. @throws any other end */
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
