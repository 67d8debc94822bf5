import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { GlacierClient } from '@aws-sdk/client-glacier';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { awsContact } from './contact';
import { nameRequests } from './errors';
import { noteContact } from './note-contact';

/** The AWS clients of a process. Credentials, region and endpoints come from the standard AWS variables and files. */
export interface AwsClients {
  readonly glacier: GlacierClient;
  /** For requests that cost money: no retries, because the caller decides about the next attempt. */
  readonly glacierOnce: GlacierClient;
  readonly s3: S3Client;
  /** For bodies of parts and archives: no retries, because a sent stream cannot be sent again. */
  readonly s3Bytes: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  /** The configured Region. Rejects if there is none. */
  region(): Promise<string>;
  destroy(): void;
}

/** Enough connections for all concurrent transfers of a process; idle ones cost nothing. */
const MAX_SOCKETS = 128;
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * A connection that is idle for this long is dead. Long, because a download pauses while its part is uploaded over a slow
 * line; a download that stalls while we read is detected sooner, by the body reader.
 */
const IDLE_TIMEOUT_MS = 600_000;

/**
 * Without a logger the SDK writes to the console, in the middle of a progress bar. For methods that this one lacks, the
 * SDK does not prepare what it would log: a copy of each request and response.
 */
const quiet = (): void => undefined;
const SILENT = { trace: quiet, debug: quiet, warn: quiet } as NonNullable<S3ClientConfig['logger']>;

/** Never throws: a missing Region or missing credentials fail the first request. */
export function createClients(): AwsClients {
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  const watched = [httpAgent, httpsAgent].map((agent) => awsContact.watch(agent));
  const requestHandler = new NodeHttpHandler({
    httpAgent,
    httpsAgent,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: IDLE_TIMEOUT_MS,
  });
  const shared = { requestHandler, logger: SILENT };
  const custom = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  const s3Options = {
    ...shared,
    // We send the CRC32 that was computed along with the tree hash; the SDK's own pass would cost as much again.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Otherwise the SDK opens a new connection for every part.
    expectContinueHeader: false,
    // Servers other than AWS rarely support bucket names in host names.
    forcePathStyle: custom !== undefined,
  } as const;
  const clients = {
    glacier: new GlacierClient({ ...shared, maxAttempts: 5 }),
    glacierOnce: new GlacierClient({ ...shared, maxAttempts: 1 }),
    s3: new S3Client({ ...s3Options, maxAttempts: 5 }),
    s3Bytes: new S3Client({ ...s3Options, maxAttempts: 1 }),
    sns: new SNSClient(shared),
    sqs: new SQSClient(shared),
  };
  Object.values(clients).forEach(nameRequests);
  Object.values(clients).forEach(noteContact);
  return {
    ...clients,
    region: async () => await clients.s3.config.region(),
    destroy: () => {
      watched.forEach((forget) => forget());
      Object.values(clients).forEach((client) => client.destroy());
    },
  };
}
