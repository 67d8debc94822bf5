import type { AwsClients } from '../aws/clients';
import { checkClock, checkCredentials } from './credentials';

interface Found {
  readonly accessKeyId: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

const clients = (credentials: () => Promise<Found>, region: () => Promise<string>): AwsClients =>
  ({ s3: { config: { credentials } }, region }) as unknown as AwsClients;
const found = (credentials: Found) =>
  clients(
    async () => credentials,
    async () => 'eu-west-1',
  );

afterEach(() => {
  delete process.env['AWS_SESSION_TOKEN'];
});

test('doctor shows the ends of the access key and its expiry', async () => {
  const accessKeyId = 'AKIAEXAMPLE1234';
  const expiration = new Date('2026-12-01T00:00:00Z');
  const [lasting] = await checkCredentials(found({ accessKeyId }));
  expect(lasting).toMatchObject({ verdict: 'ok', message: 'access key AKIA…1234; no expiry is known.' });
  const [temporary, region] = await checkCredentials(found({ accessKeyId, expiration }));
  expect(temporary).toMatchObject({
    verdict: 'ok',
    message: expect.stringContaining('valid until 2026-12-01T00:00:00.000Z'),
  });
  expect(region).toMatchObject({ verdict: 'ok', message: 'eu-west-1' });
});

test('doctor warns that credentials in variables are not renewed', async () => {
  process.env['AWS_SESSION_TOKEN'] = 'token';
  const [check] = await checkCredentials(found({ accessKeyId: 'ASIAEXAMPLE1234', sessionToken: 'token' }));
  expect(check).toMatchObject({ verdict: 'warning', message: expect.stringContaining('they are not renewed') });
  expect(check?.message).not.toMatch(/\btoken\b/);
});

test('doctor says how to set missing credentials and Region', async () => {
  const nothing = clients(
    async () => await Promise.reject(new Error('Could not load credentials from any providers')),
    async () => await Promise.reject(new Error('Region is missing')),
  );
  expect(await checkCredentials(nothing)).toMatchObject([
    { verdict: 'failed', message: expect.stringMatching(/^none found: Could not load .*AWS_PROFILE/) },
    { verdict: 'failed', message: expect.stringContaining('AWS_REGION') },
  ]);
});

test.each([
  [0, 'ok', /within 5 minutes/],
  [-250_000, 'ok', /within/],
  [1_200_000, 'warning', /^20 minutes behind AWS/],
  [-360_000, 'warning', /^6 minutes ahead of AWS/],
])('doctor checks a clock that is %d ms behind AWS', (offsetMs, verdict, message) => {
  expect(checkClock(offsetMs)).toMatchObject({ verdict, message: expect.stringMatching(message) });
});
