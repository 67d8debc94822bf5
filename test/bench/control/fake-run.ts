import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTROL_QUEUE } from '../../../src/ids';
import type { TransferSummary } from '../../../src/wire/progress';
import type { TransferRequest } from '../../../src/wire/request';
import type { FakePlan } from './fake-activities';
import { historiesOf } from './histories';
import { machine, rounded } from '../machine';
import { Place, type PlaceOptions } from './place';
import { costsBetween } from '../process-usage';

const WORKER = join(__dirname, 'fake-worker.js');
/** The workers put settings of their own in its place. */
const REQUEST: TransferRequest = { vault: 'bench', bucket: 'destination' };

/** Temporal's own cost: real workflows and a real server, but activities that answer at once. */
export const benchFakes = (benchmark: string, plan: FakePlan, options: PlaceOptions): Promise<object> =>
  Place.use(options, async (place) => {
    const about = machine();
    for (const role of ['control', 'transfer']) await place.start(role, WORKER, [role, JSON.stringify(plan)]);
    const before = place.usage();
    const started = process.hrtime.bigint();
    const run = await place.client.workflow.start('vaultTransfer', {
      taskQueue: CONTROL_QUEUE,
      workflowId: 'bench',
      args: [REQUEST],
    });
    const { archives } = (await run.result()) as TransferSummary;
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    return {
      benchmark,
      ...about,
      ...plan,
      verified: archives.verified,
      seconds: rounded(seconds),
      archivesPerSecond: rounded(archives.verified / seconds),
      ...costsBetween(before, place.usage()),
      databaseMiB: Math.round((await stat(place.databaseFile)).size / 1024 ** 2),
      histories: await historiesOf(place.client),
    };
  });
