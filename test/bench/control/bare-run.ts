import { join } from 'node:path';
import { costsBetween } from '../process-usage';
import { rounded } from '../machine';
import { BARE_QUEUE } from './bare/worker';
import { Place, type PlaceOptions } from './place';

const WORKER = join(__dirname, 'bare/worker.js');

/** What this machine and its Temporal server make of the barest workflow for each archive: the most that ours could reach. */
export const benchBare = (archives: number, options: PlaceOptions) =>
  Place.use(options, async (place) => {
    await place.start('bare', WORKER, []);
    const before = place.usage();
    const started = process.hrtime.bigint();
    await place.client.workflow.execute('bareParent', { taskQueue: BARE_QUEUE, workflowId: 'bare', args: [archives] });
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    return {
      archives,
      seconds: rounded(seconds),
      archivesPerSecond: rounded(archives / seconds),
      ...costsBetween(before, place.usage()),
    };
  });
