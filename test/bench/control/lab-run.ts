import { stat } from 'node:fs/promises';
import { historiesOf } from './histories';
import { machine, rounded } from '../machine';
import { Place, type PlaceOptions } from './place';
import { runInSandbox, RUN } from './sandbox-run';
import { SandboxStack, type SandboxPlan } from './sandbox-stack';
import { courses, watch } from './watch';

/** A long run, watched from outside: memory, how soon `progress` answers, and how old its answer is. */
export const benchLab = (plan: SandboxPlan, options: PlaceOptions): Promise<object> =>
  Place.use(options, async (place) => {
    const about = machine();
    const stack = await SandboxStack.start(place, plan);
    const over = new AbortController();
    const watching = watch(place, RUN, over.signal);
    const { seconds, costs } = await runInSandbox(place, stack, { ownWorkflowUpTo: 0 }).finally(() => over.abort());
    const samples = await watching;
    return {
      benchmark: 'lab',
      ...about,
      ...plan,
      seconds,
      archivesPerSecond: rounded(plan.archives / seconds),
      ...courses(samples, ['temporal', 'worker', 'sandbox'], await stack.putTimesMs()),
      ...costs,
      histories: await historiesOf(place.client),
      databaseMiB: Math.round((await stat(place.databaseFile)).size / 1024 ** 2),
    };
  });
