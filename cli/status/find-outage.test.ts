import type { Client } from '@temporalio/client';
import {
  ApplicationFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
  defaultDataConverter,
} from '@temporalio/common';
import { OutageFinder, spread } from './find-outage';

const NOW_MS = Date.parse('2026-11-23T14:05:00Z');
const at = (ageMs: number) => ({ seconds: Math.floor((NOW_MS - ageMs) / 1_000), nanos: 0 });
const report = (forMs: number) => ({
  aws: { answeredMs: {}, unanswered: [{ service: 's3', kind: 'silent', forMs, message: 'connection refused' }] },
});

const failed = (forMs: number) => ({
  attempt: 4,
  lastAttemptCompleteTime: at(10_000),
  lastFailure: new DefaultFailureConverter().errorToFailure(
    ApplicationFailure.create({ type: 'Unavailable', message: 'refused', details: [report(forMs)] }),
    defaultPayloadConverter,
  ),
});
const beating = (forMs: number) => ({
  attempt: 1,
  lastHeartbeatTime: at(1_000),
  heartbeatDetails: { payloads: [defaultPayloadConverter.toPayload({ jobs: [], ...report(forMs) })] },
});

/** A Temporal that knows these workflows; null: their description fails. */
function temporal(workflows: Readonly<Record<string, { activities?: object[]; children?: string[] } | null>>) {
  const asked: string[] = [];
  const describe = async (workflowId: string): Promise<unknown> => {
    asked.push(workflowId);
    const found = workflows[workflowId];
    if (found === null) throw new Error('14 UNAVAILABLE');
    return {
      workflowId,
      status: { name: 'RUNNING' },
      raw: {
        pendingActivities: found?.activities ?? [],
        pendingChildren: (found?.children ?? []).map((id) => ({ workflowId: id })),
      },
    };
  };
  const client = {
    options: { namespace: 'default', loadedDataConverter: { ...defaultDataConverter, payloadCodecs: [] } },
    workflow: { getHandle: (workflowId: string) => ({ describe: () => describe(workflowId) }) },
  } as unknown as Client;
  return { client, asked };
}

const run = { run: 'r1', state: 'transferring', openShards: [0, 1] } as const;

test.each([
  ['a failed activity of the root', { r1: { activities: [failed(60_000)] } }],
  ['a hanging activity of a shard', { 'r1/shard-000001': { activities: [beating(60_000)] } }],
  [
    'an activity of an archive',
    { 'r1/shard-000000': { children: ['r1/archive-a'] }, 'r1/archive-a': { activities: [failed(60_000)] } },
  ],
  [
    'one, though other workflows cannot be described',
    { r1: null, 'r1/shard-000001': { activities: [failed(60_000)] } },
  ],
])('%s tells of the outage', async (_name, workflows) => {
  const outage = await new OutageFinder(temporal(workflows).client).find(run, NOW_MS);
  expect(outage?.message).toBe('connection refused (Amazon S3)');
});

test('a Temporal that describes nothing tells nothing, and is no error', async () => {
  const { client } = temporal({ r1: null, 'r1/shard-000000': null, 'r1/shard-000001': null });
  expect(await new OutageFinder(client).find(run, NOW_MS)).toBeNull();
});

test('a large run costs as many descriptions as a small one, and a watcher looks every five seconds', async () => {
  const shards = Array.from({ length: 200 }, (_, shard) => [
    `r1/shard-${String(shard).padStart(6, '0')}`,
    { children: Array.from({ length: 300 }, (_unused, child) => `r1/archive-${shard}-${child}`) },
  ]);
  const { client, asked } = temporal(Object.fromEntries(shards));
  const finder = new OutageFinder(client);
  const large = { ...run, openShards: Array.from({ length: 200 }, (_, shard) => shard) };
  await finder.find(large, NOW_MS);
  await finder.find(large, NOW_MS + 4_000);
  expect(asked.length).toBeLessThanOrEqual(29);
  await finder.find(large, NOW_MS + 5_000);
  expect(asked.length).toBeGreaterThan(29);
});

test('of a run that has ended nothing is asked', async () => {
  const { client, asked } = temporal({});
  expect(await new OutageFinder(client).find({ ...run, state: 'completed' }, NOW_MS)).toBeNull();
  expect(asked).toEqual([]);
});

test('a sample lies at even distances, with both ends', () => {
  expect(spread([1, 2, 3], 5)).toEqual([1, 2, 3]);
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 3)).toEqual([0, 5, 10]);
  expect(spread([1, 2], 1)).toEqual([1]);
});
