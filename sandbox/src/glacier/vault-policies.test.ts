import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateVaultCommand,
  InitiateVaultLockCommand,
  SetVaultAccessPolicyCommand,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import { portOf } from '../server';
import type { Call, Recognised } from '../service';
import { ManualClock } from '../testing/manual-clock';
import { ArchivePlan } from './seeding/archive-plan';
import { parseSeedSpec } from './seeding/seed-spec';
import { openGlacier, type RunningGlacier } from './testing/glacier-alone';
import { vault } from './testing/glacier-sandbox';

const DAY_MS = 24 * 3_600_000;
const statement = { Effect: 'Deny', Principal: '*', Action: 'glacier:DeleteArchive', Resource: '*' };
const policyOf = (id: string): string => JSON.stringify({ Version: '2012-10-17', Id: id, Statement: statement });

let root: string;
let running: RunningGlacier;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sandbox-'));
  running = await openGlacier(root, new ManualClock());
  await running.glacier.send(new CreateVaultCommand(vault));
});

afterEach(async () => {
  await running.close();
  await rm(root, { recursive: true });
});

const callOf = (operation: string, detail: Call['detail']): Call => ({
  service: 'glacier',
  requestId: '',
  region: 'us-east-1',
  accessKeyId: 'test',
  operation,
  detail,
});

const guardOf = (operation: string, detail: Call['detail'] = {}) =>
  running.service.resourcePolicies(callOf(operation, { vault: vault.vaultName, ...detail }));

const setPolicies = async (): Promise<void> => {
  await running.glacier.send(new SetVaultAccessPolicyCommand({ ...vault, policy: { Policy: policyOf('access') } }));
  await running.glacier.send(new InitiateVaultLockCommand({ ...vault, policy: { Policy: policyOf('lock') } }));
};

test('the access policy counts, and the policy of a lock from its initiation until it expires', async () => {
  expect(guardOf('DescribeVault')).toEqual({ policies: [] });
  await setPolicies();
  expect(guardOf('DescribeVault')).toEqual({ policies: [policyOf('lock'), policyOf('access')] });
  running.clock.advance(DAY_MS);
  expect(guardOf('DescribeVault')).toEqual({ policies: [policyOf('access')] });
  expect(guardOf('ListVaults', { vault: 'other' })).toEqual({ policies: [] });
});

test('policies see the age of an archive to be deleted in whole days', async () => {
  await setPolicies();
  const upload = new UploadArchiveCommand({ ...vault, body: Buffer.from('one') });
  const { archiveId = '' } = await running.glacier.send(upload);
  const spec = parseSeedSpec({ count: 3, created: { from: '2025-12-01', to: '2025-12-04' } });
  await running.service.seed(vault.vaultName, spec);
  const seeded = new ArchivePlan(spec, 1).archiveAt(1).id;
  const ageOf = (archive: string) => guardOf('DeleteArchive', { archive }).conditionKeys?.['glacier:archiveageindays'];
  expect([ageOf(archiveId), ageOf(seeded), ageOf('unknown')]).toEqual(['0', '30', undefined]);
  running.clock.advance(2 * DAY_MS - 1);
  expect([ageOf(archiveId), ageOf(seeded)]).toEqual(['1', '31']);
  expect(guardOf('InitiateJob', { archive: archiveId }).conditionKeys).toBeUndefined();
});

/** What the service recognises in a request. */
async function recognised(method: string, path: string, body: string): Promise<Recognised> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const headers = { 'x-amz-glacier-version': '2012-06-01' };
  const sent = fetch(`http://127.0.0.1:${portOf(server)}${path}`, { method, headers, ...(body !== '' && { body }) });
  const [request, response] = (await once(server, 'request')) as [IncomingMessage, { end(): void }];
  const result = await running.service.recognise(request, callOf('Unknown', {}));
  response.end();
  await sent;
  server.close();
  return result;
}

test.each([
  ['POST', '/-/vaults/photos/jobs', '{"Type":"none"}'],
  ['PUT', '/-/vaults/photos/access-policy', '{"Policy":"\u00e9"}'],
  ['GET', '/-/vaults/photos', ''],
])('the body of %s %s is read and hashed', async (method, path, body) => {
  expect((await recognised(method, path, body)).bodySha256).toBe(createHash('sha256').update(body).digest('hex'));
});

test('the bytes of an archive stay unread', async () => {
  expect((await recognised('POST', '/-/vaults/photos/archives', 'bytes')).bodySha256).toBeUndefined();
});

test('a text body of more than 1 MiB is rejected', async () => {
  const request = await recognised('POST', '/-/vaults/photos/jobs', ' '.repeat(1024 * 1024 + 1));
  expect(await request.answer(new AbortController().signal)).toMatchObject({
    status: 400,
    body: expect.stringContaining('The request body is too large.'),
  });
});
