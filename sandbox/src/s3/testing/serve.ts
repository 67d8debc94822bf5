import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Clock } from '../../clock';
import { listen, portOf, serve as serveOn } from '../../server';
import type { Call, Service } from '../../service';
import { createS3Service, type S3Options } from '..';

export const ACCOUNT_ID = '111122223333';
const REGION = 'us-east-1';
/** For requests that no SDK signs. */
export const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=test/20261123/${REGION}/s3/aws4_request, SignedHeaders=host, Signature=00`;

/** The service alone behind a bare HTTP server, for the tests of this folder. */
export interface Served {
  readonly endpoint: string;
  readonly client: S3Client;
  /** Every call so far, as the call log would show it. */
  readonly calls: readonly Call[];
  /** Continues with the same files in a new service without closing the old one, as after a kill. */
  restart(): void;
  close(): Promise<void>;
}

export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'sandbox-s3-'));
}

export async function serve(dataDir: string, clock: Clock, options: S3Options = {}): Promise<Served> {
  const calls: Call[] = [];
  const services: Service[] = [];
  const server = await listen(0);
  const endpoint = `http://127.0.0.1:${portOf(server)}`;
  const open = (): Service => {
    const context = { dataDir, clock, accountId: ACCOUNT_ID, region: REGION, endpoint: () => endpoint };
    const service = createS3Service(context, options);
    services.push(service);
    return service;
  };
  let current = open();
  const stop = serveOn(server, {
    services: {
      s3: {
        recognise: (request, call) => {
          calls.push(call);
          return current.recognise(request, call);
        },
        resourcePolicies: (call) => current.resourcePolicies(call),
        close: async () => {},
      },
    },
    onCall: () => {},
  });
  const client = new S3Client({
    endpoint,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return {
    endpoint,
    client,
    calls,
    restart: () => {
      current = open();
    },
    close: async () => {
      client.destroy();
      await stop();
      await Promise.all(services.map((service) => service.close()));
      rmSync(dataDir, { recursive: true });
    },
  };
}

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request exactly as given, past any SDK. The target is sent as it is. */
export async function rawRequest(
  endpoint: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body: Buffer | string = '',
): Promise<RawAnswer> {
  const { hostname, port } = new URL(endpoint);
  const signed = { authorization: AUTHORIZATION, ...headers };
  const outgoing = request({ hostname, port, method, path: target, headers: signed, agent: false });
  // A string would be sent together with the headers and make them UTF-8.
  outgoing.end(Buffer.from(body));
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const bytes of incoming) pieces.push(bytes as Buffer);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(pieces).toString('utf8') };
}

/** `400 BadDigest` of a rejected SDK call; fails when the call succeeds. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof S3ServiceException) return `${error.$metadata.httpStatusCode} ${error.name}`;
    throw error;
  }
  throw new Error('the call was accepted');
}
