import { pick, type S3Case, type S3Cases, text } from './case';

const KEPT = { text: 'hello', listed: [true] };
const LISTED_OTHERWISE = { text: 'hello', listed: [false] };
const DOCUMENTED =
  'User Guide, "Naming Amazon S3 objects": any UTF-8 of up to 1,024 bytes, of which none has a meaning of its own; versitygw makes them file names';

const KEYS: readonly (readonly [what: string, Key: string, versitygw?: unknown])[] = [
  ['of 1,024 bytes', `${Array(8).fill('k'.repeat(127)).join('/')}k`],
  ['of 1,024 bytes without a slash', 'k'.repeat(1024), '400 KeyTooLongError'],
  ['of 1,024 bytes in UTF-8', 'ä'.repeat(512), '400 KeyTooLongError'],
  ['with spaces, plus and per cent', 'a b+c%20d&e=f?g#h'],
  ['of other scripts', 'фото/写真/📷.jpg'],
  ['with quotes and angle brackets', `<"it's">`],
  ['with two slashes', 'a//b', LISTED_OTHERWISE],
  ['with dots', 'a/../b', LISTED_OTHERWISE],
  ['that ends with a slash', 'folder/', '400 DirectoryObjectContainsData'],
];

export const objects: S3Cases = [
  ...KEYS.map(([what, Key, versitygw]): S3Case => ({
    operation: 'PutObject',
    name: `takes a key ${what}`,
    run: async ({ s3, Bucket }) => {
      await s3.putObject({ Bucket, Key, Body: 'hello' });
      const { Contents = [] } = await s3.listObjectsV2({ Bucket });
      return { text: await text(s3.getObject({ Bucket, Key })), listed: Contents.map((object) => object.Key === Key) };
    },
    outcome: KEPT,
    ...(versitygw === undefined ? {} : { differs: { versitygw, documented: DOCUMENTED } }),
  })),
  ...(Object.entries({ bytes: 'k'.repeat(1025), 'bytes in UTF-8': `${'ä'.repeat(512)}k` }).map(([what, Key]) => ({
    operation: 'PutObject',
    name: `rejects a key of 1,025 ${what}`,
    run: ({ s3, Bucket }) => s3.putObject({ Bucket, Key, Body: 'hello' }),
    outcome: '400 KeyTooLongError',
  })) satisfies S3Cases),
  {
    operation: 'PutObject',
    name: 'keeps a key beside one that it is a folder of',
    run: async ({ s3, Bucket }) => {
      await s3.putObject({ Bucket, Key: 'a', Body: '1' });
      await s3.putObject({ Bucket, Key: 'a/b', Body: '2' });
      return [await text(s3.getObject({ Bucket, Key: 'a' })), await text(s3.getObject({ Bucket, Key: 'a/b' }))];
    },
    outcome: ['1', '2'],
    differs: { versitygw: '409 ObjectParentIsFile', documented: DOCUMENTED },
  },
  {
    operation: 'PutObject',
    name: 'answers the MD5 as the ETag',
    run: ({ s3, at }) => pick(s3.putObject({ ...at, Body: '123456789' }), 'ETag'),
    outcome: { ETag: '"25f9e794323b453885f5181f1b624d0b"' },
  },
  {
    operation: 'PutObject',
    name: 'takes an empty object',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: '' });
      return pick(s3.headObject(at), 'ETag', 'ContentLength');
    },
    outcome: { ETag: '"d41d8cd98f00b204e9800998ecf8427e"', ContentLength: 0 },
  },
  {
    operation: 'PutObject',
    name: 'overwrites bytes, metadata and tags',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'first', Metadata: { a: 'b' }, Tagging: 'c=d' });
      await s3.putObject({ ...at, Body: 'second' });
      const got = s3.getObject(at);
      return { ...(await pick(got, 'Metadata', 'TagCount')), text: await text(got) };
    },
    outcome: { Metadata: {}, text: 'second' },
  },
  {
    operation: 'PutObject',
    name: 'into no bucket',
    run: ({ s3 }) => s3.putObject({ Bucket: 'nowhere', Key: 'key', Body: 'x' }),
    outcome: '404 NoSuchBucket',
  },
  {
    operation: 'PutObject',
    name: 'rejects another expected owner',
    run: ({ s3, at }) => s3.putObject({ ...at, Body: 'x', ExpectedBucketOwner: '999999999999' }),
    outcome: '403 AccessDenied',
  },
  {
    operation: 'GetObject',
    name: 'of no key',
    run: ({ s3, at }) => s3.getObject(at),
    outcome: '404 NoSuchKey',
  },
  {
    operation: 'GetObject',
    name: 'from no bucket',
    run: ({ s3 }) => s3.getObject({ Bucket: 'nowhere', Key: 'key' }),
    outcome: '404 NoSuchBucket',
  },
  {
    operation: 'GetObject',
    name: 'rejects another expected owner',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'x' });
      return s3.getObject({ ...at, ExpectedBucketOwner: '999999999999' });
    },
    outcome: '403 AccessDenied',
  },
  {
    operation: 'HeadObject',
    name: 'says in a status alone that there is none',
    run: ({ s3, at }) => s3.headObject(at),
    outcome: '404 NotFound',
  },
  {
    operation: 'DeleteObject',
    name: 'removes an object',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'x' });
      await s3.deleteObject(at);
      return s3.getObject(at);
    },
    outcome: '404 NoSuchKey',
  },
  {
    operation: 'DeleteObject',
    name: 'succeeds where there is none',
    run: ({ s3, at }) => s3.deleteObject(at),
    outcome: 204,
  },
  {
    operation: 'DeleteObject',
    name: 'from no bucket',
    run: ({ s3 }) => s3.deleteObject({ Bucket: 'nowhere', Key: 'key' }),
    outcome: '404 NoSuchBucket',
  },
  {
    operation: 'DeleteObjects',
    name: 'lists what is gone, missing keys too',
    run: async ({ s3, Bucket, at }) => {
      await s3.putObject({ ...at, Body: 'x' });
      const Objects = [{ Key: at.Key }, { Key: 'a & <b>' }];
      return pick(s3.deleteObjects({ Bucket, Delete: { Objects } }), 'Deleted', 'Errors');
    },
    outcome: { Deleted: [{ Key: 'key' }, { Key: 'a & <b>' }] },
  },
  {
    operation: 'DeleteObjects',
    name: 'says nothing of successes when quiet',
    run: async ({ s3, Bucket, at }) => {
      await s3.putObject({ ...at, Body: 'x' });
      const { Deleted } = await s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: at.Key }], Quiet: true } });
      return { Deleted, left: (await s3.listObjectsV2({ Bucket })).KeyCount };
    },
    outcome: { left: 0 },
    differs: {
      versitygw: { Deleted: [{ Key: 'key' }], left: 0 },
      documented: 'API reference, "DeleteObjects": in quiet mode the response includes only keys with an error',
    },
  },
  {
    operation: 'DeleteObjects',
    name: 'rejects 1,001 keys',
    run: ({ s3, Bucket }) => {
      const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `key-${index}` }));
      return s3.deleteObjects({ Bucket, Delete: { Objects } });
    },
    outcome: '400 MalformedXML',
    differs: { versitygw: 200, documented: 'API reference, "DeleteObjects": a list of up to 1,000 keys' },
  },
  {
    operation: 'DeleteObjects',
    name: 'rejects no keys',
    run: ({ s3, Bucket }) => s3.deleteObjects({ Bucket, Delete: { Objects: [] } }),
    outcome: '400 MalformedXML',
    differs: { versitygw: 200, documented: 'API reference, "DeleteObjects": Object is required' },
  },
  {
    operation: 'CopyObject',
    name: 'copies an object',
    run: async ({ s3, Bucket, at }) => {
      await s3.putObject({ ...at, Body: '123456789' });
      await s3.copyObject({ Bucket, Key: 'copy', CopySource: `${Bucket}/${at.Key}` });
      return text(s3.getObject({ Bucket, Key: 'copy' }));
    },
    outcome: '123456789',
    differs: { sandbox: '501 NotImplemented', documented: 'API reference, "CopyObject"; the sandbox has no copies' },
  },
];
