import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from 'node:http';
import { loadCredentials } from './access/credentials';
import { Gate } from './access/gate';
import { type CallRecord, CallLog } from './calls';
import type { SandboxClock } from './clock';
import { openClock } from './clock-file';
import { createControl } from './control/control';
import { Faults } from './faults/faults';
import type { FaultScript } from './faults/rules';
import { createGlacierService, type JobDelaysMs } from './glacier';
import { createMessaging } from './messaging';
import { createS3Service, type S3Options } from './s3';
import { listen, portOf, serve } from './server';
import type { SandboxContext } from './service';

export type { CallRecord } from './calls';
export type { FaultScript } from './faults/rules';

export interface SandboxOptions {
  /** Created when missing; what an earlier sandbox left in it is taken up. One sandbox at a time. */
  readonly dataDir: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** How many times as fast as real time the sandbox's time passes. @default 1 */
  readonly clockRate?: number;
  /** How long Glacier jobs take, in the sandbox's time. @default 2000 each */
  readonly delaysMs?: Partial<JobDelaysMs>;
  /** Names the access keys whose signatures are accepted, and what each may do. @default any credentials may do all */
  readonly credentialsFile?: string;
  /** Which objects' bodies are dropped once they are verified. @default null, none */
  readonly discardBodies?: S3Options['discardBodies'];
  /** What goes wrong from the start. @default nothing */
  readonly faults?: FaultScript;
  /** Told of every call when it has ended. */
  readonly onCall?: (call: CallRecord) => void;
}

export interface Sandbox {
  /** http://127.0.0.1:PORT, for all four services: the value for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly port: number;
  readonly clock: SandboxClock;
  readonly faults: Faults;
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
  mkdirSync(options.dataDir, { recursive: true });
  const time = openClock(join(options.dataDir, 'clock.json'), options.clockRate ?? 1);
  const { clock } = time;
  const contextFor = (service: string): SandboxContext => {
    const dataDir = join(options.dataDir, service);
    mkdirSync(dataDir, { recursive: true });
    const region = options.region ?? DEFAULT_REGION;
    return { dataDir, clock, accountId: ACCOUNT_ID, region, endpoint: () => endpoint };
  };
  const keys = options.credentialsFile === undefined ? null : loadCredentials(options.credentialsFile, ACCOUNT_ID);
  const gate = new Gate({ accountId: ACCOUNT_ID, keys });
  const faults = new Faults();
  if (options.faults !== undefined) faults.add(options.faults);

  const { bulk, standard, expedited, inventory } = options.delaysMs ?? {};
  const messaging = createMessaging(contextFor('messaging'));
  const glacier = createGlacierService(contextFor('glacier'), {
    delaysMs: {
      bulk: bulk ?? DEFAULT_DELAY_MS,
      standard: standard ?? DEFAULT_DELAY_MS,
      expedited: expedited ?? DEFAULT_DELAY_MS,
      inventory: inventory ?? DEFAULT_DELAY_MS,
    },
    topicExists: (topicArn) => messaging.topicExists(topicArn),
    publish: faults.announcer(clock, (topicArn, message) =>
      messaging.publish(topicArn, message, 'glacier.amazonaws.com'),
    ),
  });
  const s3 = createS3Service(contextFor('s3'), { discardBodies: options.discardBodies ?? null });
  const services = { glacier, s3, sns: messaging.sns, sqs: messaging.sqs };
  const calls = new CallLog(join(options.dataDir, 'calls.jsonl'), options.onCall ?? (() => {}));
  const stopServing = serve(server, {
    services,
    onCall: (call) => calls.add(call),
    around: (incoming, signal) =>
      gate.answer(incoming, services[incoming.call.service].guard(incoming.call), (admitted) =>
        faults.answer(admitted, { ...glacier.effects, ...s3.effects }, signal),
      ),
    control: createControl({ clock, faults }),
  });

  return {
    endpoint,
    port,
    clock,
    faults,
    close: async () => {
      // Glacier first, since it publishes; then the requests, so that none is left when the rest closes.
      await glacier.close();
      await stopServing();
      await messaging.sns.close();
      await messaging.sqs.close();
      await s3.close();
      calls.close();
      time.close();
    },
  };
}
