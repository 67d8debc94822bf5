import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { temporal } from '@temporalio/proto';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { VERSION } from '../../src/version';
import { installQuietRuntime, workflowBundle } from '../support/temporal';

const FOLDER = join(__dirname, 'histories');

interface Recorded {
  readonly file: string;
  readonly workflowId: string;
  readonly history: temporal.api.history.v1.IHistory;
}

/** Every history of every release, root, shard and archive in each shape: see record.ts. */
async function recorded(): Promise<Recorded[]> {
  const files = (await readdir(FOLDER, { recursive: true })).filter((file) => file.endsWith('.json'));
  return await Promise.all(files.map((file) => read(file)));
}

async function read(file: string, change = (text: string): string => text): Promise<Recorded> {
  const text = change(await readFile(join(FOLDER, file), 'utf8'));
  const history = historyFromJSON(JSON.parse(text) as unknown);
  // A shard and an archive know themselves by their id.
  const workflowId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
  return { file, workflowId, history };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const replay = async (histories: readonly Recorded[]): Promise<string[]> => {
  const broken: string[] = [];
  const results = Worker.runReplayHistories({ workflowBundle: workflowBundle() }, each(histories));
  for await (const { workflowId, error } of results) if (error) broken.push(`${workflowId}: ${error.message}`);
  return broken;
};

beforeAll(installQuietRuntime);

test('workflows of every release go on under this code', async () => {
  const histories = await recorded();
  for (const kind of ['root', 'shard', 'archive']) {
    expect(histories.filter(({ file }) => file.includes(`/${kind}`)).length).toBeGreaterThan(2);
  }
  expect(await replay(histories)).toEqual([]);
}, 60_000);

test('the replay does find a workflow that went another way', async () => {
  const renamed = (text: string): string => text.replaceAll('moveWhole', 'moveEverything');
  expect(await replay([await read('0.1.0/archive-whole.json', renamed)])).toHaveLength(1);
});

/** What must have happened in a history of that shape, so that it is worth its name. */
test.each([
  ['root-paused', 'WORKFLOW_EXECUTION_UPDATE_ACCEPTED'],
  ['root-attention', 'SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED'],
  ['root-retried', 'retryFailed'],
  ['root-taken-up', 'resumeRun'],
  ['root-before-continue-as-new', 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW'],
  ['root-cancelled', 'WORKFLOW_EXECUTION_CANCELED'],
  ['root-paced', 'setRateLimits'],
  ['shard-paced', 'admission'],
  ['series-parallel', 'SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED'],
  ['series-cancelled', 'WORKFLOW_EXECUTION_CANCELED'],
  ['shard-paused', 'SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED'],
  ['shard-attention', 'problem'],
  ['shard-opened-again', 'openShard'],
  ['shard-cancelled', 'WORKFLOW_EXECUTION_CANCEL_REQUESTED'],
  ['archive-paused', 'ACTIVITY_TASK_CANCELED'],
  ['archive-attention', 'AccessDenied'],
  ['archive-expired', 'JobExpired'],
  ['archive-cancelled', 'WORKFLOW_EXECUTION_CANCEL_REQUESTED'],
])('the recorded %s is one', async (shape, sign) => {
  expect(await readFile(join(FOLDER, VERSION, `${shape}.json`), 'utf8')).toContain(sign);
});
