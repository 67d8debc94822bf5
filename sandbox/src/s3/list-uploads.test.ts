import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { refusal, serve, temporaryFolder, type Served } from './testing/serve';
import { at, create } from './testing/uploads';

const { Bucket } = at;
let served: Served;
/** `key upload-id`, in the order of the listing. */
let uploads: string[];

beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket }));
  uploads = [];
  for (const Key of ['a', 'b/1', 'b/1', 'b/1', 'b/2', 'c'])
    uploads.push(`${Key} ${await create(served.client, { Key })}`);
});
afterEach(() => served.close());

const list = (input: Partial<ListMultipartUploadsCommandInput> = {}): Promise<ListMultipartUploadsCommandOutput> =>
  served.client.send(new ListMultipartUploadsCommand({ Bucket, ...input }));
const idOf = (index: number): string => uploads[index]?.split(' ')[1] ?? '';

/** Entries of all pages: `key upload-id`, and common prefixes. */
async function listAll(input: Partial<ListMultipartUploadsCommandInput>): Promise<string[]> {
  const found: string[] = [];
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    const next = { KeyMarker: page?.NextKeyMarker, UploadIdMarker: page?.NextUploadIdMarker };
    page = await list({ ...input, ...(page === undefined ? {} : next) });
    found.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${UploadId}`));
    found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
  } while (page.IsTruncated === true);
  return found;
}

test.each([1, 2, 5, 1000])(
  'ListMultipartUploads returns every upload once in pages of %d, with and without groups',
  async (MaxUploads) => {
    await expect(listAll({ MaxUploads })).resolves.toEqual(uploads);
    const grouped = await listAll({ MaxUploads, Delimiter: '/' });
    expect(grouped.toSorted()).toEqual([uploads[0], 'b/', uploads[5]]);
    await expect(listAll({ MaxUploads, Delimiter: '/', Prefix: 'b/' })).resolves.toEqual(uploads.slice(1, 5));
  },
);

test('a key marker alone skips all uploads of the key; an upload id marker alone is ignored', async () => {
  await expect(listAll({ KeyMarker: 'b/1' })).resolves.toEqual(uploads.slice(4));
  await expect(listAll({ UploadIdMarker: idOf(2) })).resolves.toEqual(uploads);
});

test('ListMultipartUploads continues after an aborted marker', async () => {
  const first = await list({ MaxUploads: 2 });
  for (const { Key, UploadId } of first.Uploads ?? []) {
    await served.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
  const markers = { KeyMarker: first.NextKeyMarker, UploadIdMarker: first.NextUploadIdMarker };
  await expect(listAll(markers)).resolves.toEqual(uploads.slice(2));
});

test('an upload id marker of another key is rejected', async () => {
  await expect(refusal(list({ KeyMarker: 'a', UploadIdMarker: idOf(2) }))).resolves.toBe('400 InvalidArgument');
});

test('the last page of ListMultipartUploads has next markers too', async () => {
  await expect(list()).resolves.toMatchObject({ NextKeyMarker: 'c', NextUploadIdMarker: idOf(5), IsTruncated: false });
  await expect(list({ Prefix: 'none' })).resolves.toMatchObject({ NextKeyMarker: '', NextUploadIdMarker: '' });
});
