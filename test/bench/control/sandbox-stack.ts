import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { createClients } from '../../../src/aws/clients';
import { setUpMessaging } from '../../../src/aws/messaging-setup';
import { CONTROL_ROOT } from '../../../src/ids';
import { type CallRecord, sandboxEnvironment } from 'glacier-sandbox';
import type { Place } from './place';

export const VAULT = 'bench';
export const BUCKET = 'destination';
const ACCOUNT = { partition: 'aws', region: 'us-east-1', accountId: '111122223333' };

export interface SandboxPlan {
  readonly archives: number;
  readonly sizeBytes: number;
  /** How long a Glacier job takes. */
  readonly jobSeconds: number;
  /** Further processes that move bytes, see `worker --processes`. */
  readonly processes: number;
}

/** How many calls there were of each operation; its name is `service:operation`. */
export type Calls = ReadonlyMap<string, number>;

/** The sandbox with a seeded vault and `setup` done, and the workers: each the product's own process. */
export class SandboxStack {
  private constructor(private readonly dataDir: string) {}

  static async start(place: Place, plan: SandboxPlan): Promise<SandboxStack> {
    const dataDir = join(place.dir, 'sandbox');
    const delays = ['bulk', 'inventory'].flatMap((job) => ['--delay', `${job}=${plan.jobSeconds}s`]);
    const said = await place.command('sandbox', ['sandbox', '--data', dataDir, '--discard-bodies', ...delays]);
    const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
    Object.assign(process.env, sandboxEnvironment(endpoint));
    await seed(endpoint, plan);
    const clients = createClients();
    await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await setUpMessaging(clients, ACCOUNT);
    clients.destroy();
    await place.command('worker', ['worker', '--role', 'all', '--processes', String(plan.processes)]);
    return new SandboxStack(dataDir);
  }

  /** Calls so far. */
  async calls(): Promise<Calls> {
    const counts = new Map<string, number>();
    for await (const { service, operation } of this.records()) {
      const name = `${service}:${operation}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }

  /** When each archive was put into the bucket, ms since 1970, in order; for archives of a single put. */
  async putTimesMs(): Promise<Float64Array> {
    const times: number[] = [];
    for await (const { time, operation, status, detail } of this.records()) {
      const isArchive = operation === 'PutObject' && !String(detail['key']).startsWith(CONTROL_ROOT);
      if (isArchive && status === 200) times.push(Date.parse(time));
    }
    return Float64Array.from(times).sort();
  }

  private async *records(): AsyncGenerator<CallRecord> {
    for await (const line of createInterface({ input: createReadStream(join(this.dataDir, 'calls.jsonl')) })) {
      yield JSON.parse(line) as CallRecord;
    }
  }
}

/** Archives that are nowhere stored: the sandbox works out their bytes. */
async function seed(endpoint: string, { archives, sizeBytes }: SandboxPlan): Promise<void> {
  const body = JSON.stringify({ seed: 'bench', count: archives, sizes: `${sizeBytes}B` });
  const { ok, status } = await fetch(`${endpoint}/_sandbox/vaults/${VAULT}/seed`, { method: 'POST', body });
  if (!ok) throw new Error(`Seeding answered ${status}.`);
}
