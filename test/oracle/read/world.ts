import type { Client } from '@temporalio/client';
import type { Paper, World } from '../world';
import { type BucketPlace, readObjects, readUploads } from './bucket';
import { readHistories } from './histories';
import { claimsIn, readRunFiles, summaryIn } from './run-files';

/** Input of the oracle; it reads everything else itself. */
export interface Told extends Pick<World, 'rows' | 'planted' | 'calls' | 'killsMs' | 'secrets'> {
  readonly run: string;
  readonly client: Client;
  readonly place: BucketPlace;
  readonly logs: readonly Paper[];
}

/** Gathers what a run has left behind. Workers must be there to answer the query; nothing may go wrong any more. */
export async function readWorld({ run, client, place, logs, ...told }: Told): Promise<World> {
  const histories = [];
  for await (const history of readHistories(client, run)) histories.push(history);
  const files = await readRunFiles(place.s3, place.bucket, run);
  return {
    ...told,
    histories,
    objects: await readObjects(place),
    uploads: await readUploads(place),
    claims: claimsIn(files),
    summary: summaryIn(files),
    progress: await client.workflow.getHandle(run).query('progress'),
    papers: [...logs, ...files],
  };
}
