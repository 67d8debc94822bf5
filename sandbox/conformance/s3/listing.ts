import { paginateListObjectsV2, type ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { pick, type Room, type S3Case, type S3Cases } from './case';

const TREE = ['a', 'dir/1', 'dir/2', 'dir/sub/1', 'e', 'f/1'];

async function fill({ s3, Bucket }: Room, keys: readonly string[]): Promise<void> {
  for (const Key of keys) await s3.putObject({ Bucket, Key, Body: Key });
}

type Query = Omit<ListObjectsV2CommandInput, 'Bucket'>;

async function list(room: Room, query: Query): Promise<unknown> {
  await fill(room, TREE);
  const {
    Contents = [],
    CommonPrefixes = [],
    IsTruncated,
  } = await room.s3.listObjectsV2({
    Bucket: room.Bucket,
    ...query,
  });
  return {
    keys: Contents.map(({ Key }) => Key).join(' '),
    prefixes: CommonPrefixes.map(({ Prefix }) => Prefix).join(' '),
    IsTruncated,
  };
}

/** Of the tree above. */
const QUERIES: readonly (readonly [name: string, query: Query, keys: string, prefixes: string, truncated?: true])[] = [
  ['lists everything', {}, TREE.join(' '), ''],
  ['by prefix', { Prefix: 'dir/' }, 'dir/1 dir/2 dir/sub/1', ''],
  ['by a prefix that ends in a name', { Prefix: 'di' }, 'dir/1 dir/2 dir/sub/1', ''],
  ['by a prefix that nothing has', { Prefix: 'nothing' }, '', ''],
  ['groups by a delimiter', { Delimiter: '/' }, 'a e', 'dir/ f/'],
  ['groups below a prefix', { Delimiter: '/', Prefix: 'dir/' }, 'dir/1 dir/2', 'dir/sub/'],
  ['groups a prefix without its slash', { Delimiter: '/', Prefix: 'dir' }, '', 'dir/'],
  ['groups by another delimiter', { Delimiter: 'i' }, 'a e f/1', 'di'],
  ['begins behind a key', { StartAfter: 'dir/2' }, 'dir/sub/1 e f/1', ''],
  ['begins behind a key that is not there', { StartAfter: 'dir/3' }, 'dir/sub/1 e f/1', ''],
  ['gives a first page', { MaxKeys: 2 }, 'a dir/1', '', true],
  ['counts a group as one', { MaxKeys: 2, Delimiter: '/' }, 'a', 'dir/', true],
  ['gives no key when none is asked for', { MaxKeys: 0 }, '', ''],
];

export const listing: S3Cases = [
  ...QUERIES.map(([name, query, keys, prefixes, truncated]): S3Case => ({
    operation: 'ListObjectsV2',
    name,
    run: (room) => list(room, query),
    outcome: { keys, prefixes, IsTruncated: truncated === true },
  })),
  {
    operation: 'ListObjectsV2',
    name: 'counts keys and groups',
    run: async (room) => {
      await fill(room, TREE);
      return pick(room.s3.listObjectsV2({ Bucket: room.Bucket, Delimiter: '/' }), 'KeyCount');
    },
    outcome: { KeyCount: 4 },
    differs: {
      versitygw: { KeyCount: 2 },
      documented: 'API reference, "ListObjectsV2": a group of keys counts as one return (the example shows KeyCount 2)',
    },
  },
  {
    operation: 'ListObjectsV2',
    name: 'goes on from page to page, groups among keys',
    run: async (room) => {
      await fill(room, TREE);
      const { s3: client, Bucket } = room;
      const pages: string[] = [];
      for await (const page of paginateListObjectsV2({ client, pageSize: 1 }, { Bucket, Delimiter: '/' })) {
        const { Contents = [], CommonPrefixes = [] } = page;
        pages.push([...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix)].join());
      }
      return pages;
    },
    outcome: ['a', 'dir/', 'e', 'f/'],
  },
  {
    operation: 'ListObjectsV2',
    name: 'orders keys by their UTF-8 bytes',
    run: async (room) => {
      // U+FF5E comes before U+1F4F7 in UTF-8 and behind it in UTF-16.
      await fill(room, ['b', 'B', 'ä', '\uff5e', '\u{1f4f7}', 'a-', 'a']);
      const { Contents = [] } = await room.s3.listObjectsV2({ Bucket: room.Bucket });
      return Contents.map(({ Key }) => Key);
    },
    outcome: ['B', 'a', 'a-', 'b', 'ä', '\uff5e', '\u{1f4f7}'],
  },
  {
    operation: 'ListObjectsV2',
    name: 'orders a key before those of its folder',
    run: async (room) => {
      await fill(room, ['x/1', 'x-1', 'x.1', 'x0']);
      const { Contents = [] } = await room.s3.listObjectsV2({ Bucket: room.Bucket });
      return Contents.map(({ Key }) => Key);
    },
    outcome: ['x-1', 'x.1', 'x/1', 'x0'],
  },
  {
    operation: 'ListObjectsV2',
    name: 'encodes keys on request',
    run: async (room) => {
      await fill(room, ['ä/test_file(3).png']);
      const { Contents = [], EncodingType } = await room.s3.listObjectsV2({ Bucket: room.Bucket, EncodingType: 'url' });
      return { keys: Contents.map(({ Key }) => Key), EncodingType };
    },
    outcome: { keys: ['%C3%A4/test_file%283%29.png'], EncodingType: 'url' },
    differs: {
      versitygw: { keys: ['ä/test_file(3).png'], EncodingType: '' },
      documented: 'API reference, "ListObjectsV2", encoding-type: test_file(3).png will appear as test_file%283%29.png',
    },
  },
  {
    operation: 'ListObjectsV2',
    name: 'cuts MaxKeys to 1,000',
    run: ({ s3, Bucket }) => pick(s3.listObjectsV2({ Bucket, MaxKeys: 5000 }), 'MaxKeys', 'KeyCount'),
    outcome: { MaxKeys: 1000, KeyCount: 0 },
  },
  {
    operation: 'ListObjectsV2',
    name: 'rejects a MaxKeys below 0',
    run: ({ s3, Bucket }) => s3.listObjectsV2({ Bucket, MaxKeys: -1 }),
    outcome: '400 InvalidArgument',
  },
  {
    operation: 'ListObjectsV2',
    name: 'tells size, ETag and class',
    run: async (room) => {
      await fill(room, ['123456789']);
      const { Contents = [] } = await room.s3.listObjectsV2({ Bucket: room.Bucket });
      return Contents.map(({ Size, ETag, StorageClass }) => ({ Size, ETag, StorageClass }));
    },
    outcome: [{ Size: 9, ETag: '"25f9e794323b453885f5181f1b624d0b"', StorageClass: 'STANDARD' }],
  },
  {
    operation: 'ListObjectsV2',
    name: 'repeats what was asked',
    run: ({ s3, Bucket }) =>
      pick(
        s3.listObjectsV2({ Bucket, Prefix: 'p/', Delimiter: '/', StartAfter: 'p/a', MaxKeys: 7 }),
        'Prefix',
        'Delimiter',
        'StartAfter',
        'MaxKeys',
      ),
    outcome: { Prefix: 'p/', Delimiter: '/', StartAfter: 'p/a', MaxKeys: 7 },
  },
  {
    operation: 'ListObjectsV2',
    name: 'of no bucket',
    run: ({ s3 }) => s3.listObjectsV2({ Bucket: 'nowhere' }),
    outcome: '404 NoSuchBucket',
  },
];
