import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DescribeVaultCommand } from '@aws-sdk/client-glacier';
import type { PutObjectCommand } from '@aws-sdk/client-s3';
import type { AwsClients } from '../../src/aws/clients';
import { testCli } from '../testing';
import { uploadInputs } from './upload-inputs';

const REQUEST = { vault: 'photos', bucket: 'my-bucket', filter: { limit: 3 } };
/** First digits of the SHA-256 of each content, by `sha256sum`. */
const [IDS, IDS_HASH] = ['a\n-b\n', '5275b7405a52e2aa'];
const [INVENTORY, INVENTORY_HASH] = ['{"ArchiveList":[]}', '407202db70e3a4ab'];
const [NAMES, NAMES_HASH] = ['GlacierArchiveID,FileName\na,b\n', 'bac41fd462481d4d'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inputs-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Put {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: string;
  readonly ExpectedBucketOwner: string;
}

/** A command line in front of an AWS that takes objects, and knows the vault. */
function cliWithAws() {
  const puts: Put[] = [];
  const described: string[] = [];
  const aws = {
    s3: {
      send: async ({ input }: PutObjectCommand) => {
        puts.push({ ...input, Body: await text(input.Body as Readable) } as unknown as Put);
      },
    },
    glacier: {
      send: async ({ input }: DescribeVaultCommand) => {
        described.push(String(input.vaultName));
        return { VaultARN: 'arn:aws:glacier:us-east-1:111122223333:vaults/photos' };
      },
    },
  } as unknown as Partial<AwsClients>;
  return { ...testCli({ aws }), puts, described };
}

test('files are put into the folder of the run, named by their content, for the account of the vault', async () => {
  const [inventory, ids, names] = ['inventory.json', 'ids.txt', 'names.csv'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(inventory, INVENTORY);
  await writeFile(ids, IDS);
  await writeFile(names, NAMES);
  const { context, puts, described } = cliWithAws();
  const request = await uploadInputs(context, 'run-1', REQUEST, { inventory, idsFrom: ids, namesFrom: names });
  const [inventoryKey, idsKey, namesKey] = [
    `inventory-${INVENTORY_HASH}`,
    `ids-${IDS_HASH}`,
    `names-${NAMES_HASH}`,
  ].map((name) => `.glacier-transfer/run-1/inputs/${name}`);
  expect(request).toEqual({
    ...REQUEST,
    inventory: `s3://my-bucket/${inventoryKey}`,
    filter: { limit: 3, idsFrom: `s3://my-bucket/${idsKey}` },
    names: `s3://my-bucket/${namesKey}`,
  });
  const bucket = { Bucket: 'my-bucket', ExpectedBucketOwner: '111122223333' };
  expect(puts).toMatchObject([
    { ...bucket, Key: inventoryKey, Body: INVENTORY },
    { ...bucket, Key: namesKey, Body: NAMES },
    { ...bucket, Key: idsKey, Body: IDS },
  ]);
  expect(described).toEqual(['photos']);
});

test('ids come from standard input too, to the same place; the account of the bucket is believed', async () => {
  const { context, puts, described } = cliWithAws();
  const request = { ...REQUEST, bucketOwner: '444455556666' };
  const { filter } = await uploadInputs(context, 'run-1', request, { idsFrom: '-' }, () => Readable.from([IDS]));
  expect(filter?.idsFrom).toBe(`s3://my-bucket/.glacier-transfer/run-1/inputs/ids-${IDS_HASH}`);
  expect(puts).toMatchObject([{ Body: IDS, ExpectedBucketOwner: '444455556666' }]);
  expect(described).toEqual([]);
});

test('without files nothing is asked of AWS', async () => {
  const { context } = testCli();
  expect(await uploadInputs(context, 'run-1', REQUEST, {})).toEqual(REQUEST);
});

test('a file that cannot be read ends it before anything is put', async () => {
  const names = join(folder, 'names.csv');
  await writeFile(names, NAMES);
  const { context, puts } = cliWithAws();
  const work = uploadInputs(context, 'run-1', REQUEST, { namesFrom: names, idsFrom: folder });
  await expect(work).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('EISDIR') });
  expect(puts).toEqual([]);
});

test('standard input is one file, not two', async () => {
  const { context, puts } = cliWithAws();
  const work = uploadInputs(context, 'run-1', REQUEST, { inventory: '-', idsFrom: '-' });
  await expect(work).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('Nothing was started') });
  expect(puts).toEqual([]);
});
