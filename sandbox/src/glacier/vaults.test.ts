import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddTagsToVaultCommand,
  CreateVaultCommand,
  DeleteArchiveCommand,
  DeleteVaultCommand,
  DescribeVaultCommand,
  type GlacierClient,
  ListProvisionedCapacityCommand,
  ListTagsForVaultCommand,
  ListVaultsCommand,
  PurchaseProvisionedCapacityCommand,
  RemoveTagsFromVaultCommand,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import { ManualClock } from '../testing/manual-clock';
import type { GlacierEvent } from './events';
import { openGlacier } from './testing/glacier-alone';
import { type GlacierSandbox, startGlacierSandbox } from './testing/glacier-sandbox';

const accountId = '-';
const arnOf = (name: string): string => `arn:aws:glacier:us-east-1:111122223333:vaults/${name}`;
let sandbox: GlacierSandbox;
let glacier: GlacierClient;

beforeEach(async () => {
  sandbox = await startGlacierSandbox();
  ({ glacier } = sandbox);
});

afterEach(() => sandbox.close());

test('a new vault is described without an inventory', async () => {
  const created = await glacier.send(new CreateVaultCommand({ accountId, vaultName: 'photos' }));
  expect(created.location).toBe('/111122223333/vaults/photos');
  const vault = await glacier.send(new DescribeVaultCommand({ accountId, vaultName: 'photos' }));
  expect(vault).toMatchObject({ VaultARN: arnOf('photos'), VaultName: 'photos', NumberOfArchives: 0, SizeInBytes: 0 });
  expect(vault.CreationDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(vault.LastInventoryDate ?? null).toBeNull();
});

test('creating a vault again changes nothing', async () => {
  const vault = { accountId, vaultName: 'photos' };
  await glacier.send(new CreateVaultCommand(vault));
  await glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from('x') }));
  await glacier.send(new CreateVaultCommand(vault));
  const described = await glacier.send(new DescribeVaultCommand(vault));
  expect(described).toMatchObject({ NumberOfArchives: 1, SizeInBytes: 32769 });
});

test.each(['a b', 'a:b', 'x'.repeat(256)])('the vault name %p is rejected', async (vaultName) => {
  await expect(glacier.send(new CreateVaultCommand({ accountId, vaultName }))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    $metadata: { httpStatusCode: 400 },
  });
});

test('a missing vault is named in the error', async () => {
  await expect(glacier.send(new DescribeVaultCommand({ accountId, vaultName: 'none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Vault not found for ARN: ${arnOf('none')}`,
    code: 'ResourceNotFoundException',
    type: 'Client',
    $metadata: { httpStatusCode: 404 },
  });
});

test('vaults are listed by name, ten a page', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `vault-${String.fromCharCode(97 + i)}`);
  for (const vaultName of names.toReversed()) await glacier.send(new CreateVaultCommand({ accountId, vaultName }));

  const first = await glacier.send(new ListVaultsCommand({ accountId }));
  expect(first.VaultList?.map((vault) => vault.VaultName)).toEqual(names.slice(0, 10));
  expect(first.Marker).toBe(arnOf('vault-j'));
  const second = await glacier.send(new ListVaultsCommand({ accountId, marker: first.Marker }));
  expect(second.VaultList?.map((vault) => vault.VaultName)).toEqual(names.slice(10));
  expect(second.Marker ?? null).toBeNull();

  const two = await glacier.send(new ListVaultsCommand({ accountId, limit: 2 }));
  expect(two.VaultList).toHaveLength(2);
  await expect(glacier.send(new ListVaultsCommand({ accountId, limit: 11 }))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
});

test('only an empty vault can be deleted', async () => {
  const vault = { accountId, vaultName: 'photos' };
  await glacier.send(new CreateVaultCommand(vault));
  const { archiveId } = await glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from('x') }));
  await expect(glacier.send(new DeleteVaultCommand(vault))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: `Vault not empty or recently written to: ${arnOf('photos')}`,
  });
  await glacier.send(new DeleteArchiveCommand({ ...vault, archiveId }));
  await glacier.send(new DeleteVaultCommand(vault));
  await expect(glacier.send(new DescribeVaultCommand(vault))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('the account may be named by its number, not another one', async () => {
  await glacier.send(new CreateVaultCommand({ accountId: '111122223333', vaultName: 'photos' }));
  await expect(
    glacier.send(new DescribeVaultCommand({ accountId: '999999999999', vaultName: 'photos' })),
  ).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
});

test.each([
  ['ListTagsForVault', new ListTagsForVaultCommand({ accountId, vaultName: 'photos' })],
  ['AddTagsToVault', new AddTagsToVaultCommand({ accountId, vaultName: 'photos', Tags: { a: 'b' } })],
  ['RemoveTagsFromVault', new RemoveTagsFromVaultCommand({ accountId, vaultName: 'photos', TagKeys: ['a'] })],
  ['ListProvisionedCapacity', new ListProvisionedCapacityCommand({ accountId })],
  ['PurchaseProvisionedCapacity', new PurchaseProvisionedCapacityCommand({ accountId })],
])('%s answers NotImplemented by name', async (operation, command) => {
  await expect(glacier.send(command as ListTagsForVaultCommand)).rejects.toMatchObject({
    name: 'NotImplementedException',
    message: `The sandbox does not implement ${operation} of Glacier.`,
    $metadata: { httpStatusCode: 501 },
  });
});

test('an account has at most 1,000 vaults', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'vaults-'));
  const created = Array.from({ length: 999 }, (_, index) => {
    const event: GlacierEvent = { type: 'vault-created', vault: `vault-${index}`, date: '2026-01-01T00:00:00.000Z' };
    return `${JSON.stringify(event)}\n`;
  });
  await writeFile(join(dataDir, 'journal.jsonl'), created.join(''));
  const full = await openGlacier(dataDir, new ManualClock());
  const create = (vaultName: string) => full.glacier.send(new CreateVaultCommand({ accountId, vaultName }));
  await create('the-last-one');
  await create('vault-7');
  await expect(create('one-more')).rejects.toMatchObject({
    name: 'LimitExceededException',
    $metadata: { httpStatusCode: 400 },
  });
  await full.close();
  await rm(dataDir, { recursive: true });
});
