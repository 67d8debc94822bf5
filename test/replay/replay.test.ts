import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { temporal } from '@temporalio/proto';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { installQuietRuntime, workflowBundle } from '../support/temporal';

const FOLDER = join(__dirname, 'histories');

interface Recorded {
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
  return { workflowId: file, history: historyFromJSON(JSON.parse(text) as unknown) };
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
    expect(histories.filter(({ workflowId }) => workflowId.includes(`/${kind}`)).length).toBeGreaterThan(2);
  }
  expect(await replay(histories)).toEqual([]);
}, 60_000);

test('the replay does find a workflow that went another way', async () => {
  const renamed = (text: string): string => text.replaceAll('moveWhole', 'moveEverything');
  expect(await replay([await read('0.1.0/archive-whole.json', renamed)])).toHaveLength(1);
});
