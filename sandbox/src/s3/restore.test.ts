import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  type RestoreRequest,
} from '@aws-sdk/client-s3';
import { ManualClock } from '../testing/manual-clock';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';

const at = { Bucket: 'photos', Key: 'k' };
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

let served: Served;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 10, 23, 22));
  served = await serve(temporaryFolder(), clock, { restoreDelayMs: 5 * HOUR_MS });
  await served.client.send(new CreateBucketCommand({ Bucket: at.Bucket }));
  await served.client.send(new PutObjectCommand({ ...at, Body: 'body', StorageClass: 'DEEP_ARCHIVE' }));
});
afterEach(() => served.close());

const restore = async (RestoreRequest: RestoreRequest): Promise<number | undefined> =>
  (await served.client.send(new RestoreObjectCommand({ ...at, RestoreRequest }))).$metadata.httpStatusCode;
const status = async (): Promise<string | undefined> => (await served.client.send(new HeadObjectCommand(at))).Restore;
const get = async (): Promise<string | undefined> =>
  (await served.client.send(new GetObjectCommand(at))).Body?.transformToString();

test('RestoreObject takes its delay, then provides a copy until the midnight after its days', async () => {
  await expect(restore({ Days: 1, GlacierJobParameters: { Tier: 'Bulk' } })).resolves.toBe(202);
  await expect(status()).resolves.toBe('ongoing-request="true"');
  await expect(refusal(get())).resolves.toBe('403 InvalidObjectState');
  await expect(refusal(restore({ Days: 1 }))).resolves.toBe('409 RestoreAlreadyInProgress');

  served.restart();
  clock.advance(5 * HOUR_MS);
  // Done on the 24th at 3 o'clock.
  await expect(status()).resolves.toBe('ongoing-request="false", expiry-date="Thu, 26 Nov 2026 00:00:00 GMT"');
  await expect(get()).resolves.toBe('body');

  clock.advance(2 * DAY_MS);
  await expect(status()).resolves.toBeUndefined();
  await expect(refusal(get())).resolves.toBe('403 InvalidObjectState');
  await expect(restore({ Days: 1 })).resolves.toBe(202);
});

test('RestoreObject of a restored object changes the expiry of the copy at once', async () => {
  await restore({ Days: 1 });
  clock.advance(5 * HOUR_MS);
  await expect(restore({ Days: 9 })).resolves.toBe(200);
  await expect(status()).resolves.toContain('expiry-date="Fri, 04 Dec 2026 00:00:00 GMT"');
});

test.each<[string, RestoreRequest, string]>([
  ['no days', {}, '400 MalformedXML'],
  ['no such tier', { Days: 1, GlacierJobParameters: { Tier: 'Fast' as 'Bulk' } }, '400 MalformedXML'],
  ['a tier that the class has not', { Days: 1, GlacierJobParameters: { Tier: 'Expedited' } }, '400 InvalidArgument'],
  ['a description', { Days: 1, Description: 'x' }, '501 NotImplemented'],
  ['a select', { Type: 'SELECT' }, '501 NotImplemented'],
])('RestoreObject with %s is rejected', async (_what, request, expected) => {
  await expect(refusal(restore(request))).resolves.toBe(expected);
});

test('changing the tier of a restoration in progress answers NotImplemented', async () => {
  await restore({ Days: 1 });
  const body = '<RestoreRequest><GlacierJobParameters><Tier>Bulk</Tier></GlacierJobParameters></RestoreRequest>';
  const answer = await rawRequest(served.endpoint, 'POST', '/photos/k?restore', {}, body);
  expect(answer.status).toBe(501);
  expect(answer.text).toContain('changing the tier');
});
