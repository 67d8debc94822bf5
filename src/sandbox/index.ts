import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from 'node:http';
import { type CallRecord, CallLog } from './calls';
import { SystemClock } from './clock';
import { createGlacierService, fixedDelays, type JobDelaysMs } from './glacier';
import { createMessaging } from './messaging';
import { createS3Service } from './s3';
import { listen, portOf, serve } from './server';
import type { SandboxContext } from './service';

export type { CallRecord } from './calls';

export interface SandboxOptions {
  /** Created when missing; what an earlier sandbox left in it is taken up. One sandbox at a time. */
  readonly dataDir: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** How long Glacier jobs take. @default 2000 each */
  readonly delaysMs?: Partial<JobDelaysMs>;
  /** How often each message about a finished Glacier job is published; 0: all are lost, 2: all are doubled. @default 1 */
  readonly notificationCopies?: number;
  /** Told of every call when it has ended. */
  readonly onCall?: (call: CallRecord) => void;
}

export interface Sandbox {
  /** http://127.0.0.1:PORT, for all four services: the value for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly port: number;
  /** Ends all connections, open long polls too. The data folder stays. */
  close(): Promise<void>;
}

const ACCOUNT_ID = '111122223333';
const DEFAULT_REGION = 'us-east-1';
const DEFAULT_DELAY_MS = 2000;

/**
 * Starts an AWS of its own on 127.0.0.1: Glacier (2012 vault API), S3, SNS and SQS, in this process and on disk. Any
 * credentials are accepted.
 * @throws Error when the port is taken
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const server = await listen(options.port ?? 0);
  try {
    return start(server, options);
  } catch (error) {
    server.close();
    throw error;
  }
}

function start(server: Server, options: SandboxOptions): Sandbox {
  const port = portOf(server);
  const endpoint = `http://127.0.0.1:${port}`;
  const clock = new SystemClock();
  const contextFor = (service: string): SandboxContext => {
    const dataDir = join(options.dataDir, service);
    mkdirSync(dataDir, { recursive: true });
    const region = options.region ?? DEFAULT_REGION;
    return { dataDir, clock, accountId: ACCOUNT_ID, region, endpoint: () => endpoint };
  };

  const { bulk, standard, expedited, inventory } = options.delaysMs ?? {};
  const messaging = createMessaging(contextFor('messaging'));
  const glacier = createGlacierService(contextFor('glacier'), {
    delays: fixedDelays({
      bulk: bulk ?? DEFAULT_DELAY_MS,
      standard: standard ?? DEFAULT_DELAY_MS,
      expedited: expedited ?? DEFAULT_DELAY_MS,
      inventory: inventory ?? DEFAULT_DELAY_MS,
    }),
    notificationCopies: options.notificationCopies ?? 1,
    topicExists: (topicArn) => messaging.topicExists(topicArn),
    publish: (topicArn, message) => messaging.publish(topicArn, message, 'glacier.amazonaws.com'),
  });
  const s3 = createS3Service(contextFor('s3'));
  const calls = new CallLog(join(options.dataDir, 'calls.jsonl'), options.onCall ?? (() => {}));
  const stopServing = serve(server, { glacier, s3, sns: messaging.sns, sqs: messaging.sqs }, (call) => calls.add(call));

  return {
    endpoint,
    port,
    close: async () => {
      // Glacier first, since it publishes; then the long polls, so that no request is left when the rest closes.
      await glacier.close();
      await messaging.sns.close();
      await messaging.sqs.close();
      await stopServing();
      await s3.close();
      calls.close();
    },
  };
}
