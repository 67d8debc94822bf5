import { createHash } from 'node:crypto';
import {
  CreateVaultCommand,
  DeleteArchiveCommand,
  DescribeVaultCommand,
  type GlacierClient,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import { type GlacierSandbox, startGlacierSandbox, vault } from './testing/glacier-sandbox';

const A_3_MIB = Buffer.alloc(3 * 1024 * 1024, 'a');
const HELLO_HASH = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
let sandbox: GlacierSandbox;
let glacier: GlacierClient;

beforeEach(async () => {
  sandbox = await startGlacierSandbox();
  ({ glacier } = sandbox);
  await glacier.send(new CreateVaultCommand(vault));
});

afterEach(() => sandbox.close());

/** POSTs an archive, with some headers changed or left out. */
async function post(
  changed: Record<string, string | undefined>,
  body = 'hello world',
): Promise<{ status: number; body: unknown }> {
  const headers = {
    authorization: 'AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/glacier/aws4_request',
    'x-amz-glacier-version': '2012-06-01',
    'x-amz-content-sha256': HELLO_HASH,
    'x-amz-sha256-tree-hash': HELLO_HASH,
    ...changed,
  };
  const sent = Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const response = await fetch(`${sandbox.settings.endpoint}/-/vaults/photos/archives`, {
    method: 'POST',
    headers: sent,
    body,
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

test('an uploaded archive gets an id and its tree hash', async () => {
  const archive = await glacier.send(new UploadArchiveCommand({ ...vault, archiveDescription: 'a', body: A_3_MIB }));
  expect(archive.archiveId).toMatch(/^[A-Za-z0-9_-]{138}$/);
  expect(archive.location).toBe(`/111122223333/vaults/photos/archives/${archive.archiveId}`);
  expect(archive.checksum).toMatch(/^[0-9a-f]{64}$/);
  expect(archive.checksum).not.toBe(createHash('sha256').update(A_3_MIB).digest('hex'));
  const described = await glacier.send(new DescribeVaultCommand(vault));
  expect(described).toMatchObject({ NumberOfArchives: 1, SizeInBytes: A_3_MIB.length + 32768 });
  expect(described.LastInventoryDate).toMatch(/Z$/);
});

test.each([
  ['x-amz-content-sha256', '0'.repeat(64), 'InvalidParameterValueException'],
  ['x-amz-sha256-tree-hash', '0'.repeat(64), 'InvalidParameterValueException'],
  ['x-amz-content-sha256', undefined, 'MissingParameterValueException'],
  ['x-amz-sha256-tree-hash', undefined, 'MissingParameterValueException'],
  ['x-amz-glacier-version', undefined, 'MissingParameterValueException'],
  ['x-amz-archive-description', 'x'.repeat(1025), 'InvalidParameterValueException'],
  ['x-amz-archive-description', 'caf\xe9', 'InvalidParameterValueException'],
])('an upload with %s: %s is rejected and leaves nothing', async (header, value, code) => {
  const reply = await post({ [header]: value });
  expect(reply).toMatchObject({ status: 400, body: { code, type: 'Client' } });
  expect(await sandbox.storedFiles()).toEqual([]);
  expect(await glacier.send(new DescribeVaultCommand(vault))).toMatchObject({ NumberOfArchives: 0 });
});

test('the longest description, of every allowed character, is stored', async () => {
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
  const reply = await post({ 'x-amz-archive-description': `x${ascii.repeat(11).slice(0, 1022)}x` });
  expect(reply.status).toBe(201);
});

test('an empty archive is rejected', async () => {
  const reply = await post({ 'x-amz-content-sha256': EMPTY_HASH, 'x-amz-sha256-tree-hash': EMPTY_HASH }, '');
  expect(reply).toMatchObject({ status: 400, body: { code: 'InvalidParameterValueException' } });
});

test('an upload to a missing vault is rejected', async () => {
  const upload = { accountId: '-', vaultName: 'none', body: A_3_MIB };
  await expect(glacier.send(new UploadArchiveCommand(upload))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('deleting an archive removes its bytes, and deleting it again succeeds', async () => {
  const { archiveId } = await glacier.send(new UploadArchiveCommand({ ...vault, body: A_3_MIB }));
  expect(await sandbox.storedFiles()).toHaveLength(1);
  await glacier.send(new DeleteArchiveCommand({ ...vault, archiveId }));
  await glacier.send(new DeleteArchiveCommand({ ...vault, archiveId }));
  expect(await sandbox.storedFiles()).toEqual([]);
  const described = await glacier.send(new DescribeVaultCommand(vault));
  expect(described).toMatchObject({ NumberOfArchives: 0, SizeInBytes: 0 });
});
