import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTROL_QUEUE } from '../../../src/ids';
import type { TransferSummary } from '../../../src/wire/progress';
import type { TransferRequest } from '../../../src/wire/request';
import { MOVED, type FakePlan } from './fake-activities';
import { historiesOf } from './histories';
import { machine, rounded } from '../machine';
import { Place, type PlaceOptions } from './place';
import { costsBetween } from '../process-usage';
import { courses, watch } from './watch';

const RUN = 'bench';
const WORKER = join(__dirname, 'fake-worker.js');
/** The workers put settings of their own in its place. */
const REQUEST: TransferRequest = { vault: 'bench', bucket: 'destination' };

/** Temporal's own cost: real workflows and a real server, but activities that answer at once. */
export const benchFakes = (benchmark: string, plan: FakePlan, options: PlaceOptions) =>
  Place.use(options, async (place) => {
    const about = machine();
    for (const role of ['control', 'transfer']) await place.start(role, WORKER, [role, JSON.stringify(plan)]);
    const over = new AbortController();
    const watching = watch(place, RUN, over.signal);
    const before = place.usage();
    const started = process.hrtime.bigint();
    const run = await place.client.workflow.start('vaultTransfer', {
      taskQueue: CONTROL_QUEUE,
      workflowId: RUN,
      args: [REQUEST],
    });
    const { archives } = (await run.result()) as TransferSummary;
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    over.abort();
    const samples = await watching;
    return {
      benchmark,
      ...about,
      ...plan,
      verified: archives.verified,
      seconds: rounded(seconds),
      archivesPerSecond: rounded(archives.verified / seconds),
      ...courses(samples, ['temporal', 'control', 'transfer'], await movedTimesMs(place.logFile('transfer'))),
      ...costsBetween(before, place.usage()),
      databaseMiB: Math.round((await stat(place.databaseFile)).size / 1024 ** 2),
      histories: await historiesOf(place.client),
    };
  });

/** When each archive was moved, as the transfer worker has told in its log. */
async function movedTimesMs(logFile: string): Promise<Float64Array> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line.startsWith(MOVED));
  const times = lines.flatMap((line) => {
    const [, archives, atMs] = line.split(' ').map(Number);
    return Array.from({ length: archives ?? 0 }, () => atMs ?? 0);
  });
  return Float64Array.from(times).sort();
}
