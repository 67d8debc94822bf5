import type { AwsClients } from '../src/aws/clients';
import { JobRequests } from '../src/aws/job-requests';
import { ShardStore } from '../src/run-folder/shard-store';
import { LeafPool } from '../src/bytes/leaf-pool';
import type { ClosedShard } from '../src/wire/progress';

/** What activities work with; one set per worker process. */
export interface Dependencies {
  readonly clients: AwsClients;
  readonly jobs: JobRequests;
  readonly shards: ShardStore;
  readonly pool: LeafPool;
  /** Whether the server's namespace has our search attributes. */
  readonly hasSearchAttributes: () => Promise<boolean>;
  readonly softwareVersion: string;
  /** Which of a run's shard workflows are closed, and the final report of those that gave one. */
  readonly closedShards: (run: string, shards: readonly number[]) => Promise<ClosedShard[]>;
  /** Asks Temporal to cancel a run; one that is over is no error. */
  readonly cancelRun: (run: string) => Promise<void>;
  /** Gives a run an order as a person would; one that is over, or obeys already, is no error. */
  readonly orderRun: (run: string, order: 'pause' | 'resume') => Promise<void>;
}

/** Memory for bytes in flight in one process: 8 parts of 16 MiB. */
const POOL_BYTES = 128 * 1024 * 1024;

export function createDependencies(
  clients: AwsClients,
  others: Pick<Dependencies, 'hasSearchAttributes' | 'softwareVersion' | 'closedShards' | 'cancelRun' | 'orderRun'>,
): Dependencies {
  return {
    clients,
    jobs: new JobRequests(clients),
    shards: new ShardStore(clients.s3),
    pool: new LeafPool(POOL_BYTES),
    ...others,
  };
}
