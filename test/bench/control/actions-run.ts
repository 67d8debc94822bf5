import { MIN_PART_BYTES, planParts } from '../../../src/domain/part-plan';
import { actionsIn, HEARTBEAT, withoutHeartbeats, type Actions } from './actions';
import { costsOf, type Needs } from './costs';
import { machine } from '../machine';
import { Place, type PlaceOptions } from './place';
import { AWS_SOLUTION, PRICES_OF } from './prices';
import { perArchive, runInSandbox } from './sandbox-run';
import { SandboxStack } from './sandbox-stack';

const MIB = 1024 ** 2;
const PRICED_OWN_BYTES = 1e9;

/** The two shapes of AWS's estimate: `runs` are moved, `priced` is what is worked out from them. */
const SHAPES = {
  /** Moved in 5 parts of 16 MiB, priced with as many as 1 GB has. */
  own: { archives: 100, sizeBytes: 80 * MIB, ownWorkflowUpTo: 100, pricedArchives: 100_000 },
  /** One get and one put whatever the size: moved with 10 KB, priced as 10 MB. A whole shard. */
  batched: { archives: 5_000, sizeBytes: 10_000, ownWorkflowUpTo: 0, pricedArchives: 10_000_000 },
} as const;
type Shape = keyof typeof SHAPES;

/** Temporal actions and AWS requests of an archive, counted, and what they come to for 100 TB. */
export async function benchActions(options: PlaceOptions): Promise<object> {
  const about = machine();
  return {
    benchmark: 'actions',
    ...about,
    pricesOf: PRICES_OF,
    own: await measure('own', options),
    batched: await measure('batched', options),
  };
}

const measure = (shape: Shape, options: PlaceOptions): Promise<object> =>
  Place.use(options, async (place) => {
    const { ownWorkflowUpTo, pricedArchives, ...vault } = SHAPES[shape];
    const stack = await SandboxStack.start(place, { ...vault, jobSeconds: 5, processes: 0 });
    const { calls, seconds } = await runInSandbox(place, stack, { ownWorkflowUpTo });
    const actions = actionsIn(await place.temporalMetrics(), place.client.options.namespace);
    const measured: Needs = {
      actions: withoutHeartbeats(actions) / vault.archives,
      calls: perArchive(calls, vault.archives),
    };
    const needs = shape === 'own' ? scaledToParts(measured, PRICED_OWN_BYTES) : measured;
    return {
      ...vault,
      seconds,
      actionsPerArchive: needs.actions,
      heartbeatsPerArchive: (actions[HEARTBEAT] ?? 0) / vault.archives,
      actionsPerArchiveByType: averages(actions, vault.archives),
      requestsPerArchive: needs.calls,
      pricedArchives,
      dollars: { ...costsOf(pricedArchives, needs), awsSolution: AWS_SOLUTION[pricedArchives] },
    };
  });

/** A larger archive of one range differs by its parts alone. */
const scaledToParts = ({ actions, calls }: Needs, sizeBytes: number): Needs => ({
  actions,
  calls: { ...calls, 's3:UploadPart': planParts(sizeBytes, MIN_PART_BYTES).partCount },
});

const averages = (actions: Actions, archives: number): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(actions).map(([kind, count]) => [kind, Number((count / archives).toPrecision(3))]));
