import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateVaultCommand,
  type DataRetrievalRule,
  GetDataRetrievalPolicyCommand,
  InitiateJobCommand,
  type JobParameters,
  SetDataRetrievalPolicyCommand,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import { ManualClock } from '../testing/manual-clock';
import { openGlacier, type RunningGlacier } from './testing/glacier-alone';
import { vault } from './testing/glacier-sandbox';

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
let root: string;
let running: RunningGlacier;
let archiveId: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sandbox-'));
  running = await openGlacier(join(root, 'data'), new ManualClock());
  archiveId = await uploadTo('photos');
});

afterEach(async () => {
  await running.close();
  await rm(root, { recursive: true });
});

/** An archive of 2 MiB. */
async function uploadTo(vaultName: string): Promise<string> {
  await running.glacier.send(new CreateVaultCommand({ accountId: '-', vaultName }));
  const upload = { accountId: '-', vaultName, body: Buffer.alloc(2 * MIB, 'a') };
  return (await running.glacier.send(new UploadArchiveCommand(upload))).archiveId ?? '';
}

const set = (...Rules: DataRetrievalRule[]) =>
  running.glacier.send(new SetDataRetrievalPolicyCommand({ accountId: '-', Policy: { Rules } }));
const get = async () => (await running.glacier.send(new GetDataRetrievalPolicyCommand({ accountId: '-' }))).Policy;

const retrieve = (changes: JobParameters = {}, vaultName = vault.vaultName) => {
  const jobParameters = { Type: 'archive-retrieval', ArchiveId: archiveId, ...changes };
  return running.glacier.send(new InitiateJobCommand({ accountId: '-', vaultName, jobParameters }));
};

const enforced = {
  name: 'PolicyEnforcedException',
  message: 'InitiateJob request denied by current data retrieval policy.',
  $metadata: { httpStatusCode: 400 },
};

test('retrievals are unlimited without a data retrieval policy', async () => {
  expect(await get()).toMatchObject({ Rules: [{ Strategy: 'None' }] });
  for (let i = 0; i < 3; i++) await retrieve();
});

test('BytesPerHour limits the Standard retrievals of all vaults over four hours, including earlier ones', async () => {
  await retrieve();
  // 1 MiB an hour: 4 MiB in four hours, 2 of which are spent.
  await set({ Strategy: 'BytesPerHour', BytesPerHour: MIB });
  expect(await get()).toEqual({ Rules: [{ Strategy: 'BytesPerHour', BytesPerHour: MIB }] });
  await retrieve({ RetrievalByteRange: `0-${MIB - 1}` });
  await expect(retrieve()).rejects.toMatchObject(enforced);
  await retrieve({ Tier: 'Bulk' });
  await retrieve({ Tier: 'Expedited' });
  await retrieve({ Type: 'inventory-retrieval', ArchiveId: undefined });

  const { clock } = running;
  await cp(join(root, 'data'), join(root, 'killed'), { recursive: true });
  await running.close();
  running = await openGlacier(join(root, 'killed'), clock);
  archiveId = await uploadTo('second');
  await expect(retrieve({}, 'second')).rejects.toMatchObject(enforced);
  clock.advance(4 * HOUR_MS + 60_000);
  for (let i = 0; i < 2; i++) await retrieve({}, 'second');
  await expect(retrieve({}, 'second')).rejects.toMatchObject(enforced);

  await set({ Strategy: 'None' });
  await retrieve({}, 'second');
});

test('FreeTier limits retrievals to the share of each day', async () => {
  await set({ Strategy: 'FreeTier' });
  expect(await get()).toMatchObject({ Rules: [{ Strategy: 'FreeTier' }] });
  // A thirtieth of 10 GiB: 341 MiB and a bit, or 170 archives of 2 MiB.
  for (let i = 0; i < 170; i++) await retrieve();
  await expect(retrieve()).rejects.toMatchObject(enforced);
  running.clock.advance(24 * HOUR_MS);
  await retrieve();
});

test.each<[string, DataRetrievalRule[], string]>([
  ['no rule', [], 'InvalidParameterValueException'],
  ['two rules', [{ Strategy: 'None' }, { Strategy: 'FreeTier' }], 'InvalidParameterValueException'],
  ['no strategy', [{}], 'MissingParameterValueException'],
  ['an unknown strategy', [{ Strategy: 'Cheap' }], 'InvalidParameterValueException'],
  ['a rate without a number', [{ Strategy: 'BytesPerHour' }], 'MissingParameterValueException'],
  ['a rate of nothing', [{ Strategy: 'BytesPerHour', BytesPerHour: 0 }], 'InvalidParameterValueException'],
  ['half a byte', [{ Strategy: 'BytesPerHour', BytesPerHour: 0.5 }], 'InvalidParameterValueException'],
  ['a number without a rate', [{ Strategy: 'FreeTier', BytesPerHour: 5 }], 'InvalidParameterValueException'],
])('a data retrieval policy with %s is rejected', async (_name, rules, name) => {
  await expect(set(...rules)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  expect(await get()).toMatchObject({ Rules: [{ Strategy: 'None' }] });
});
