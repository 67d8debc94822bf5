import { S3, type S3ClientConfig } from '@aws-sdk/client-s3';
import { REGION } from '../support/region';
import { themes } from '.';
import { expectedOutcome, outcomeOf, type Target } from './case';

export interface Server {
  readonly endpoint: string;
  close(): Promise<void>;
}

type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

const CASE_LIMIT_MS = 60_000;

/** The SDK warns about what cases do on purpose. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Declares a test for every case of the table, against a server that is started once for all of them. */
export function runCases(target: Target, credentials: Credentials, start: () => Promise<Server>): void {
  jest.setTimeout(CASE_LIMIT_MS);
  let server: Server;
  let s3: S3;
  let plain: S3;
  let buckets = 0;

  beforeAll(async () => {
    server = await start();
    const { endpoint } = server;
    const config: S3ClientConfig = {
      endpoint,
      region: REGION,
      forcePathStyle: true,
      credentials,
      maxAttempts: 1,
      logger: SILENT,
    };
    s3 = new S3(config);
    plain = new S3({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' });
  });
  afterAll(async () => {
    s3.destroy();
    plain.destroy();
    await server.close();
  });

  describe.each(Object.entries(themes))('%s', (theme, cases) => {
    test.each(cases.map((one) => [`${one.operation} ${one.name}`, one] as const))('%s', async (_name, one) => {
      buckets += 1;
      const Bucket = `${theme}-${buckets}`;
      await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } });
      const room = { s3, plain, Bucket, at: { Bucket, Key: 'key' } };
      expect(await outcomeOf(one.run(room))).toEqual(expectedOutcome(one, target));
    });
  });
}
