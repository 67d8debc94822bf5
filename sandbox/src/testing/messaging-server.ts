import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createMessaging, type Messaging } from '../messaging';
import { SystemClock, type Clock } from '../clock';
import { listen, portOf, serve } from '../server';
import type { Call, Service } from '../service';

export const REGION = 'eu-west-1';
export const ACCOUNT_ID = '123456789012';

/** A server with SNS and SQS only, and SDK clients for them. */
export interface MessagingServer {
  readonly messaging: Messaging;
  readonly endpoint: string;
  readonly dataDir: string;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly calls: readonly Call[];
  /** Ends all connections; long polls return no messages. */
  disconnect(): Promise<void>;
  /** Loses everything that is not on disk, as `kill -9` does. Restart with `dataDir`. */
  kill(): Promise<void>;
  /** Closes the services and deletes their data. */
  stop(): Promise<void>;
}

export async function startMessagingServer(
  options: { readonly clock?: Clock; readonly waitClock?: Clock; readonly dataDir?: string } = {},
): Promise<MessagingServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'messaging-'));
  const calls: Call[] = [];
  const server = await listen(0);
  const endpoint = `http://127.0.0.1:${portOf(server)}`;
  const messaging = createMessaging(
    {
      dataDir,
      clock: options.clock ?? new SystemClock(),
      accountId: ACCOUNT_ID,
      region: REGION,
      endpoint: () => endpoint,
    },
    options.waitClock,
  );
  const recorded = (service: Service): Service => ({
    recognise: (request, call) => {
      calls.push(call);
      return service.recognise(request, call);
    },
    resourcePolicies: (call) => service.resourcePolicies(call),
    close: () => service.close(),
  });
  const stopServing = serve(server, {
    services: { sns: recorded(messaging.sns), sqs: recorded(messaging.sqs) },
    onCall: () => {},
  });
  let disconnected: Promise<void> | null = null;
  const disconnect = (): Promise<void> => (disconnected ??= stopServing());

  const client = {
    region: REGION,
    endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const sns = new SNSClient(client);
  const sqs = new SQSClient(client);
  const kill = async (): Promise<void> => {
    sns.destroy();
    sqs.destroy();
    await disconnect();
  };
  const stop = async (): Promise<void> => {
    await kill();
    await messaging.sns.close();
    await messaging.sqs.close();
    rmSync(dataDir, { recursive: true });
  };
  return { messaging, endpoint, dataDir, sns, sqs, calls, disconnect, kill, stop };
}
