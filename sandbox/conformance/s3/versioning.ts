import type { ObjectVersion } from '@aws-sdk/client-s3';
import { pick, type Room, type S3Cases, text } from './case';

const set = ({ s3, Bucket }: Room, Status: 'Enabled' | 'Suspended') =>
  s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } });

const put = ({ s3, at }: Room, Body: string) => s3.putObject({ ...at, Body });

/** Two versions of the object, in a bucket with versioning; returns their ids. */
async function twoVersions(room: Room): Promise<[string, string]> {
  await set(room, 'Enabled');
  const { VersionId: first = '' } = await put(room, 'first');
  const { VersionId: second = '' } = await put(room, 'second');
  return [first, second];
}

const isId = (versionId: string | undefined): boolean =>
  versionId !== undefined && versionId !== '' && versionId !== 'null';

const keyAndLatest = ({ Key, IsLatest }: Pick<ObjectVersion, 'Key' | 'IsLatest'>) => [Key, IsLatest];

export const versioning: S3Cases = [
  {
    operation: 'GetBucketVersioning',
    name: 'says nothing of a bucket that never had any',
    run: ({ s3, Bucket }) => pick(s3.getBucketVersioning({ Bucket }), 'Status'),
    outcome: {},
  },
  {
    operation: 'GetObject',
    name: 'reads the version null without versioning',
    run: async (room) => {
      await put(room, 'only');
      return text(room.s3.getObject({ ...room.at, VersionId: 'null' }));
    },
    outcome: 'only',
  },
  {
    operation: 'PutBucketVersioning',
    name: 'is shown by GetBucketVersioning',
    run: async (room) => {
      await set(room, 'Enabled');
      const enabled = (await room.s3.getBucketVersioning({ Bucket: room.Bucket })).Status;
      await set(room, 'Suspended');
      return [enabled, (await room.s3.getBucketVersioning({ Bucket: room.Bucket })).Status];
    },
    outcome: ['Enabled', 'Suspended'],
  },
  {
    operation: 'PutObject',
    name: 'makes a version of its own each time',
    run: async (room) => {
      const [first, second] = await twoVersions(room);
      return [isId(first), isId(second), first !== second, await text(room.s3.getObject(room.at))];
    },
    outcome: [true, true, true, 'second'],
  },
  {
    operation: 'GetObject',
    name: 'reads an older version',
    run: async (room) => {
      const [VersionId] = await twoVersions(room);
      const reply = await room.s3.getObject({ ...room.at, VersionId });
      return [reply.VersionId === VersionId, await reply.Body?.transformToString()];
    },
    outcome: [true, 'first'],
  },
  {
    operation: 'HeadObject',
    name: 'names the version',
    run: async (room) => {
      const [, second] = await twoVersions(room);
      return (await room.s3.headObject(room.at)).VersionId === second;
    },
    outcome: true,
  },
  {
    operation: 'DeleteObject',
    name: 'puts a delete marker on top',
    run: async (room) => {
      await twoVersions(room);
      const { DeleteMarker, VersionId } = await room.s3.deleteObject(room.at);
      return { DeleteMarker, id: isId(VersionId) };
    },
    outcome: { DeleteMarker: true, id: true },
  },
  {
    operation: 'GetObject',
    name: 'finds nothing under a delete marker',
    run: async (room) => {
      await twoVersions(room);
      await room.s3.deleteObject(room.at);
      return room.s3.getObject(room.at);
    },
    outcome: '404 NoSuchKey',
  },
  {
    operation: 'GetObject',
    name: 'cannot read a delete marker',
    run: async (room) => {
      await twoVersions(room);
      const { VersionId } = await room.s3.deleteObject(room.at);
      return room.s3.getObject({ ...room.at, VersionId });
    },
    outcome: '405 MethodNotAllowed',
  },
  {
    operation: 'DeleteObject',
    name: 'with the id of a delete marker brings the object back',
    run: async (room) => {
      await twoVersions(room);
      const { VersionId } = await room.s3.deleteObject(room.at);
      const removed = await room.s3.deleteObject({ ...room.at, VersionId });
      return [removed.DeleteMarker, removed.VersionId === VersionId, await text(room.s3.getObject(room.at))];
    },
    outcome: [true, true, 'second'],
  },
  {
    operation: 'DeleteObject',
    name: 'with the id of a version removes it for good',
    run: async (room) => {
      const [, VersionId] = await twoVersions(room);
      await room.s3.deleteObject({ ...room.at, VersionId });
      return text(room.s3.getObject(room.at));
    },
    outcome: 'first',
  },
  {
    operation: 'GetObject',
    name: 'of an id that can be none',
    run: async (room) => {
      await twoVersions(room);
      return room.s3.getObject({ ...room.at, VersionId: 'no id' });
    },
    outcome: '400 InvalidArgument',
  },
  {
    operation: 'GetObject',
    name: 'of a version that was removed',
    run: async (room) => {
      const [VersionId] = await twoVersions(room);
      await room.s3.deleteObject({ ...room.at, VersionId });
      return room.s3.getObject({ ...room.at, VersionId });
    },
    outcome: '404 NoSuchVersion',
  },
  {
    operation: 'PutObject',
    name: 'keeps what was there before versioning as the version null',
    run: async (room) => {
      await put(room, 'before');
      await twoVersions(room);
      return text(room.s3.getObject({ ...room.at, VersionId: 'null' }));
    },
    outcome: 'before',
  },
  {
    operation: 'PutObject',
    name: 'replaces the version null once versioning is suspended',
    run: async (room) => {
      const [first] = await twoVersions(room);
      await set(room, 'Suspended');
      await put(room, 'third');
      await put(room, 'fourth');
      const { Versions = [] } = await room.s3.listObjectVersions({ Bucket: room.Bucket });
      const older = await text(room.s3.getObject({ ...room.at, VersionId: first }));
      return [older, await text(room.s3.getObject({ ...room.at, VersionId: 'null' })), Versions.length];
    },
    outcome: ['first', 'fourth', 3],
  },
  {
    operation: 'ListObjectVersions',
    name: 'lists versions and delete markers, the newest of a key first',
    run: async (room) => {
      const ids = await twoVersions(room);
      await room.s3.deleteObject(room.at);
      await room.s3.putObject({ Bucket: room.Bucket, Key: 'another', Body: 'x' });
      const { Versions = [], DeleteMarkers = [] } = await room.s3.listObjectVersions({ Bucket: room.Bucket });
      const order = Versions.slice(1).map(({ VersionId = '' }) => ids.indexOf(VersionId));
      return { versions: Versions.map(keyAndLatest), order, markers: DeleteMarkers.map(keyAndLatest) };
    },
    outcome: {
      versions: [
        ['another', true],
        ['key', false],
        ['key', false],
      ],
      order: [1, 0],
      markers: [['key', true]],
    },
  },
  {
    operation: 'ListObjectVersions',
    name: 'gives pages by key and version id',
    run: async (room) => {
      const { s3, Bucket } = room;
      await twoVersions(room);
      await s3.putObject({ Bucket, Key: 'z', Body: 'x' });
      const first = await s3.listObjectVersions({ Bucket, MaxKeys: 1 });
      const second = await s3.listObjectVersions({
        Bucket,
        MaxKeys: 5,
        KeyMarker: first.NextKeyMarker ?? '',
        VersionIdMarker: first.NextVersionIdMarker ?? '',
      });
      return [first, second].map(({ Versions = [], IsTruncated }) => [Versions.map(keyAndLatest), IsTruncated]);
    },
    outcome: [
      [[['key', true]], true],
      [
        [
          ['key', false],
          ['z', true],
        ],
        false,
      ],
    ],
    differs: {
      versitygw: [
        [[['key', true]], true],
        [
          [
            ['key', true],
            ['key', false],
            ['z', true],
          ],
          false,
        ],
      ],
      documented:
        'API reference, "ListObjectVersions": the next markers say where the next page begins; versitygw repeats one',
    },
  },
  {
    operation: 'ListObjectsV2',
    name: 'shows no object under a delete marker',
    run: async (room) => {
      await twoVersions(room);
      await room.s3.deleteObject(room.at);
      return pick(room.s3.listObjectsV2({ Bucket: room.Bucket }), 'KeyCount');
    },
    outcome: { KeyCount: 0 },
  },
  {
    operation: 'DeleteObjects',
    name: 'removes versions, and puts delete markers where none is named',
    run: async (room) => {
      const [VersionId] = await twoVersions(room);
      const { Key } = room.at;
      const Objects = [{ Key, VersionId }, { Key }];
      const { Deleted = [] } = await room.s3.deleteObjects({ Bucket: room.Bucket, Delete: { Objects } });
      return Deleted.map(({ DeleteMarker, VersionId: id }) => [DeleteMarker === true, id === VersionId]);
    },
    outcome: [
      [false, true],
      [true, false],
    ],
  },
  {
    operation: 'DeleteBucket',
    name: 'rejects a bucket of which only versions are left',
    run: async (room) => {
      await twoVersions(room);
      await room.s3.deleteObject(room.at);
      return room.s3.deleteBucket({ Bucket: room.Bucket });
    },
    outcome: '409 BucketNotEmpty',
  },
  {
    operation: 'PutObjectTagging',
    name: 'tags one version',
    run: async (room) => {
      const [VersionId] = await twoVersions(room);
      await room.s3.putObjectTagging({ ...room.at, VersionId, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
      const of = async (version: { VersionId?: string }) =>
        (await room.s3.getObjectTagging({ ...room.at, ...version })).TagSet?.length;
      return [await of({ VersionId }), await of({})];
    },
    outcome: [1, 0],
  },
  {
    operation: 'PutObject',
    name: 'with If-None-Match: * writes over a delete marker',
    run: async (room) => {
      await twoVersions(room);
      await room.s3.deleteObject(room.at);
      return room.s3.putObject({ ...room.at, Body: 'new', IfNoneMatch: '*' });
    },
    outcome: 200,
    differs: {
      versitygw: '412 PreconditionFailed',
      documented:
        'User Guide, "How to prevent object overwrites with conditional writes": succeeds over a delete marker',
    },
  },
];
