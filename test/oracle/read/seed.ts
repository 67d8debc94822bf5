import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import {
  DescribeJobCommand,
  GetJobOutputCommand,
  InitiateJobCommand,
  type GlacierClient,
} from '@aws-sdk/client-glacier';
import { VirtualContent } from 'glacier-sandbox/testing';
import { fingerprintOf } from '../fingerprint';
import type { SeededRow } from '../world';

interface ListedArchive {
  readonly ArchiveId: string;
  readonly ArchiveDescription: string;
  readonly Size: number;
  readonly SHA256TreeHash: string;
}

/**
 * What a seeded vault holds, by an inventory job of the oracle's own, and what the bytes of each archive are. To be
 * called before anything is made to go wrong.
 */
export async function readSeed(glacier: GlacierClient, vaultName: string): Promise<SeededRow[]> {
  const place = { accountId: '-', vaultName };
  const { jobId } = await glacier.send(
    new InitiateJobCommand({ ...place, jobParameters: { Type: 'inventory-retrieval', Format: 'JSON' } }),
  );
  const job = { ...place, jobId };
  while ((await glacier.send(new DescribeJobCommand(job))).Completed !== true) await setTimeout(50);
  const { body } = await glacier.send(new GetJobOutputCommand(job));
  const inventory = JSON.parse(await text(body as unknown as NodeJS.ReadableStream)) as {
    readonly ArchiveList: readonly ListedArchive[];
  };
  return inventory.ArchiveList.map(({ ArchiveId, ArchiveDescription, Size, SHA256TreeHash }) => ({
    archiveId: ArchiveId,
    description: ArchiveDescription,
    sizeBytes: Size,
    treeHash: SHA256TreeHash,
    truth: fingerprintOf(new VirtualContent(ArchiveId, Size).read({ start: 0, end: Size - 1 })),
  }));
}
