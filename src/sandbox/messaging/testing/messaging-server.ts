import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createMessaging, type Messaging } from '..';
import { SystemClock, type Clock } from '../../clock';
import type { Call } from '../../service';

export const REGION = 'eu-west-1';
export const ACCOUNT_ID = '123456789012';

/** SNS and SQS alone, behind a server of their own, with SDK clients for them. */
export interface MessagingServer {
  readonly messaging: Messaging;
  readonly endpoint: string;
  readonly dataDir: string;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly calls: readonly Call[];
  /** Drops everything that was not on disk, as `kill -9` does; start again with `dataDir`. */
  kill(): Promise<void>;
  /** Closes the services in good order and deletes the data. */
  stop(): Promise<void>;
}

export async function startMessagingServer(
  options: { readonly clock?: Clock; readonly waitClock?: Clock; readonly dataDir?: string } = {},
): Promise<MessagingServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'messaging-'));
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const service =
      /\/(sns|sqs)\/aws4_request/.exec(request.headers.authorization ?? '')?.[1] === 'sns' ? 'sns' : 'sqs';
    const call: Call = {
      service,
      requestId: randomUUID(),
      region: REGION,
      accessKeyId: 'test',
      operation: 'Unknown',
      detail: {},
    };
    calls.push(call);
    void messaging[service].handle(request, response, call);
  });
  const endpoint = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const messaging = createMessaging(
    {
      dataDir,
      clock: options.clock ?? new SystemClock(),
      accountId: ACCOUNT_ID,
      region: REGION,
      endpoint,
    },
    options.waitClock,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const client = {
    region: REGION,
    endpoint: endpoint(),
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const sns = new SNSClient(client);
  const sqs = new SQSClient(client);
  const kill = async (): Promise<void> => {
    sns.destroy();
    sqs.destroy();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const stop = async (): Promise<void> => {
    await messaging.sns.close();
    await messaging.sqs.close();
    await kill();
    rmSync(dataDir, { recursive: true });
  };
  return { messaging, endpoint: endpoint(), dataDir, sns, sqs, calls, kill, stop };
}
