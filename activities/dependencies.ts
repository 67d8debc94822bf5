import type { AwsClients } from '../src/aws/clients';
import { JobRequests } from '../src/aws/job-requests';
import { LeafPool } from '../src/bytes/leaf-pool';
import { ShardStore } from '../src/run-folder/shard-store';
import type { ClosedShard } from '../src/wire/signals';

/** What activities use; one set per worker process. */
export interface Dependencies {
  readonly clients: AwsClients;
  readonly jobs: JobRequests;
  readonly shards: ShardStore;
  readonly pool: LeafPool;
  /** Whether the namespace has our search attributes. */
  readonly hasSearchAttributes: () => Promise<boolean>;
  readonly softwareVersion: string;
  /** Which of these shard workflows of a run are closed, with the final report of those that completed. */
  readonly findClosedShards: (run: string, shards: readonly number[]) => Promise<ClosedShard[]>;
  /** Asks Temporal to cancel a run, as its Web UI and command line do; not an error if the run is closed. */
  readonly cancelRun: (run: string) => Promise<void>;
  /** Pauses or resumes a run as a user would; not an error if the run is closed or in that state already. */
  readonly updateRun: (run: string, order: 'pause' | 'resume') => Promise<void>;
}

/** Memory for bytes in flight in one process: 8 parts of 16 MiB. */
const POOL_BYTES = 128 * 1024 * 1024;

export function createDependencies(
  clients: AwsClients,
  others: Pick<
    Dependencies,
    'hasSearchAttributes' | 'softwareVersion' | 'findClosedShards' | 'cancelRun' | 'updateRun'
  >,
): Dependencies {
  return {
    clients,
    jobs: new JobRequests(clients),
    shards: new ShardStore(clients.s3),
    pool: new LeafPool(POOL_BYTES),
    ...others,
  };
}
