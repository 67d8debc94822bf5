import { pick, type Room, type S3Case, type S3Cases, text } from './case';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const numbered = (count: number): Tag[] =>
  Array.from({ length: count }, (_, index) => ({ Key: `key-${index}`, Value: 'v' }));

const tagged = ({ s3, at }: Room, TagSet: Tag[]) => s3.putObjectTagging({ ...at, Tagging: { TagSet } });

const put = ({ s3, at }: Room) => s3.putObject({ ...at, Body: '123456789' });

const REFUSED: readonly (readonly [name: string, tags: Tag[], outcome: string])[] = [
  ['a key twice', [...numbered(1), ...numbered(1)], '400 InvalidTag'],
  ['a key of 129 characters', [{ Key: 'k'.repeat(129), Value: 'v' }], '400 InvalidTag'],
  ['a value of 257 characters', [{ Key: 'k', Value: 'v'.repeat(257) }], '400 InvalidTag'],
  ['an empty key', [{ Key: '', Value: 'v' }], '400 InvalidTag'],
];

export const tags: S3Cases = [
  ...REFUSED.map(([name, TagSet, outcome]): S3Case => ({
    operation: 'PutObjectTagging',
    name: `rejects ${name}`,
    run: async (room) => {
      await put(room);
      return tagged(room, TagSet);
    },
    outcome,
  })),
  {
    operation: 'PutObjectTagging',
    // Only the limit is documented: S3 itself says "BadRequest: Object tags cannot be greater than 10" (boto/boto3#1213).
    name: 'rejects 11 tags',
    run: async (room) => {
      await put(room);
      return tagged(room, numbered(11));
    },
    outcome: '400 BadRequest',
  },
  {
    operation: 'PutObjectTagging',
    name: 'rejects a character that tags do not have',
    run: async (room) => {
      await put(room);
      return tagged(room, [{ Key: 'a&b', Value: 'c' }]);
    },
    outcome: '400 InvalidTag',
  },
  {
    operation: 'PutObjectTagging',
    name: 'takes 10 tags, one of them of the longest kind',
    run: async (room) => {
      await put(room);
      return tagged(room, [...numbered(9), { Key: 'k'.repeat(128), Value: 'v'.repeat(256) }]);
    },
    outcome: 200,
  },
  {
    operation: 'PutObjectTagging',
    name: 'leaves bytes, ETag and metadata alone',
    run: async (room) => {
      await room.s3.putObject({ ...room.at, Body: '123456789', Metadata: { a: 'b' } });
      await tagged(room, numbered(2));
      const got = room.s3.getObject(room.at);
      return { ...(await pick(got, 'ETag', 'TagCount', 'Metadata')), text: await text(got) };
    },
    outcome: { ETag: '"25f9e794323b453885f5181f1b624d0b"', TagCount: 2, Metadata: { a: 'b' }, text: '123456789' },
  },
  {
    operation: 'PutObjectTagging',
    name: 'replaces all earlier tags',
    run: async (room) => {
      await room.s3.putObject({ ...room.at, Body: 'x', Tagging: 'old=1&older=2' });
      await tagged(room, [{ Key: 'new', Value: '3' }]);
      return pick(room.s3.getObjectTagging(room.at), 'TagSet');
    },
    outcome: { TagSet: [{ Key: 'new', Value: '3' }] },
  },
  {
    operation: 'PutObjectTagging',
    name: 'of no key',
    run: (room) => tagged(room, numbered(1)),
    outcome: '404 NoSuchKey',
  },
  {
    operation: 'PutObject',
    name: 'takes tags written as a query',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'x', Tagging: 'a%20b=c%2Fd&e=' });
      const { TagSet = [] } = await s3.getObjectTagging(at);
      return TagSet.sort((a, b) => ((a.Key ?? '') < (b.Key ?? '') ? -1 : 1));
    },
    outcome: [
      { Key: 'a b', Value: 'c/d' },
      { Key: 'e', Value: '' },
    ],
  },
  {
    operation: 'PutObject',
    name: 'rejects a tag twice',
    run: ({ s3, at }) => s3.putObject({ ...at, Body: 'x', Tagging: 'a=1&a=2' }),
    outcome: '400 InvalidArgument',
    // Undocumented; S3 itself says so: ... without tag name duplicates (open-io/swift3#92).
  },
  {
    operation: 'GetObjectTagging',
    name: 'gives none of an object without',
    run: async (room) => {
      await put(room);
      return pick(room.s3.getObjectTagging(room.at), 'TagSet');
    },
    outcome: { TagSet: [] },
  },
  {
    operation: 'GetObjectTagging',
    name: 'of no key',
    run: ({ s3, at }) => s3.getObjectTagging(at),
    outcome: '404 NoSuchKey',
  },
  {
    operation: 'DeleteObjectTagging',
    name: 'removes the tags and leaves the object',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'x', Tagging: 'a=b' });
      await s3.deleteObjectTagging(at);
      const got = s3.getObject(at);
      return {
        ...(await pick(got, 'TagCount')),
        ...(await pick(s3.getObjectTagging(at), 'TagSet')),
        text: await text(got),
      };
    },
    outcome: { TagSet: [], text: 'x' },
  },
];
