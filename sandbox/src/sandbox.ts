import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from 'node:http';
import { loadCredentials } from './access/credentials';
import { AccessControl } from './access/access-control';
import { CallLog } from './calls';
import { type SandboxClock, openClock } from './clock';
import { createControl } from './control/control';
import { Faults } from './faults/faults';
import { loadFaultScript } from './faults/rules';
import { awsDelays, createGlacierService, type JobDelays, type Seeded } from './glacier';
import { parseSeedSpec } from './glacier/seeding/seed-spec';
import { createMessaging } from './messaging';
import type { SandboxOptions } from './options';
import { createS3Service } from './s3';
import { listen, portOf, serve } from './server';
import type { SandboxContext } from './service';

export interface Sandbox {
  /** http://127.0.0.1:PORT, for all four services: the value for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly port: number;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  /**
   * Fills a vault, created if missing, with generated archives that take no space.
   * @param spec see examples/seed.yaml
   * @throws SeedSpecError with every problem of the specification
   */
  seed(vault: string, spec: unknown): Promise<Seeded>;
  /** Ends all connections, open long polls too. The data folder stays. */
  close(): Promise<void>;
}

const ACCOUNT_ID = '111122223333';
const DEFAULT_REGION = 'us-east-1';
const SHORT_DELAY_MS = 2000;
/** Seeds the random times that jobs take where they take as long as on AWS. */
const DELAY_SEED = 1;

/**
 * Starts a local AWS emulator on 127.0.0.1: Glacier (2012 vault API), S3, SNS and SQS, in this process and on disk.
 * @throws SettingsError when a file of the options cannot be used
 * @throws Error when the port is in use
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { credentialsFile, faultsFile } = options;
  const keys = credentialsFile === undefined ? null : await loadCredentials(credentialsFile, ACCOUNT_ID);
  const faults = new Faults();
  if (options.faults !== undefined) faults.add(options.faults);
  if (faultsFile !== undefined) faults.add(await loadFaultScript(faultsFile));
  const server = await listen(options.port ?? 0);
  try {
    return start(server, new AccessControl({ accountId: ACCOUNT_ID, keys }), faults, options);
  } catch (error) {
    server.close();
    throw error;
  }
}

function start(server: Server, gate: AccessControl, faults: Faults, options: SandboxOptions): Sandbox {
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

  const messaging = createMessaging(contextFor('messaging'));
  const glacier = createGlacierService(contextFor('glacier'), {
    delays: delaysOf(options),
    inventory: options.inventory ?? 'fresh',
    treeHashHeader: options.treeHashHeader ?? 'guide',
    topicExists: (topicArn) => messaging.topicExists(topicArn),
    jobFaultsOf: (call, facts) => faults.ofJob(call, facts),
    publish: faults.notifier(clock, (topicArn, message) =>
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
      gate.answer(incoming, services[incoming.call.service].resourcePolicies(incoming.call), (admitted) =>
        faults.answer(admitted, { ...glacier.effects, ...s3.effects }, signal),
      ),
    control: createControl({ clock, faults, seed: (vault, spec) => glacier.seed(vault, spec) }),
  });

  return {
    endpoint,
    port,
    clock,
    faults,
    seed: async (vault, spec) => glacier.seed(vault, parseSeedSpec(spec)),
    close: async () => {
      // Glacier first, because it publishes to SNS; then the HTTP server, so that no request is open when the rest closes.
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

function delaysOf({ delays = 'short', delaysMs = {} }: SandboxOptions): JobDelays {
  const usual = delays === 'aws' ? awsDelays(DELAY_SEED) : () => SHORT_DELAY_MS;
  return (kind, sequence) => delaysMs[kind] ?? usual(kind, sequence);
}
