import type { StorageClass, Tier } from '@aws-sdk/client-s3';
import { pick, type Room, type S3Case, type S3Cases, text } from './case';

const READABLE = ['STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'] as const;
const ARCHIVED = ['GLACIER', 'DEEP_ARCHIVE'] as const;

const put = ({ s3, at }: Room, StorageClass: StorageClass) => s3.putObject({ ...at, Body: '123456789', StorageClass });

const restore = ({ s3, at }: Room, tier: Tier) =>
  s3.restoreObject({ ...at, RestoreRequest: { Days: 1, GlacierJobParameters: { Tier: tier } } });

const NO_CLASSES = 'User Guide, "Using Amazon S3 storage classes"; versitygw has STANDARD alone and ignores the header';
const NO_RESTORE = {
  versitygw: '501 NotImplemented',
  documented: 'API reference, "RestoreObject"; versitygw has none',
};

export const classes: S3Cases = [
  ...[...READABLE, ...ARCHIVED].map((StorageClass): S3Case => ({
    operation: 'PutObject',
    name: `keeps the class ${StorageClass}`,
    run: async (room) => {
      await put(room, StorageClass);
      const { Contents = [] } = await room.s3.listObjectsV2({ Bucket: room.Bucket });
      const { StorageClass: shown } = await room.s3.headObject(room.at);
      return { shown, listed: Contents.map((object) => object.StorageClass) };
    },
    outcome: { shown: StorageClass, listed: [StorageClass] },
    differs: { versitygw: { shown: 'STANDARD', listed: ['STANDARD'] }, documented: NO_CLASSES },
  })),
  {
    operation: 'HeadObject',
    name: 'does not name the class STANDARD',
    run: async (room) => {
      await put(room, 'STANDARD');
      return pick(room.s3.headObject(room.at), 'StorageClass');
    },
    outcome: {},
    differs: {
      versitygw: { StorageClass: 'STANDARD' },
      documented: 'API reference, "HeadObject": x-amz-storage-class for all objects except those of S3 Standard',
    },
  },
  {
    operation: 'PutObject',
    name: 'rejects an unknown class',
    run: (room) => put(room, 'COLD' as StorageClass),
    outcome: '400 InvalidStorageClass',
    differs: { versitygw: 200, documented: NO_CLASSES },
  },
  ...READABLE.map((StorageClass): S3Case => ({
    operation: 'GetObject',
    name: `reads from ${StorageClass}`,
    run: async (room) => {
      await put(room, StorageClass);
      return text(room.s3.getObject(room.at));
    },
    outcome: '123456789',
  })),
  ...ARCHIVED.flatMap((StorageClass): S3Case[] => [
    {
      operation: 'GetObject',
      name: `rejects a read from ${StorageClass}`,
      run: async (room) => {
        await put(room, StorageClass);
        return room.s3.getObject(room.at);
      },
      outcome: '403 InvalidObjectState',
      differs: { versitygw: 200, documented: NO_CLASSES },
    },
    {
      operation: 'HeadObject',
      name: `describes an object in ${StorageClass}`,
      run: async (room) => {
        await put(room, StorageClass);
        return pick(room.s3.headObject(room.at), 'ContentLength', 'Restore');
      },
      outcome: { ContentLength: 9 },
    },
    {
      operation: 'RestoreObject',
      name: `takes a request for one in ${StorageClass}`,
      run: async (room) => {
        await put(room, StorageClass);
        return restore(room, 'Standard');
      },
      outcome: 202,
      differs: NO_RESTORE,
    },
  ]),
  {
    operation: 'RestoreObject',
    name: 'has no Expedited of DEEP_ARCHIVE',
    run: async (room) => {
      await put(room, 'DEEP_ARCHIVE');
      return restore(room, 'Expedited');
    },
    outcome: '400 InvalidArgument',
    differs: NO_RESTORE,
  },
  {
    operation: 'RestoreObject',
    name: 'rejects an object that is not archived',
    run: async (room) => {
      await put(room, 'STANDARD');
      return restore(room, 'Standard');
    },
    outcome: '403 InvalidObjectState',
    differs: NO_RESTORE,
  },
  {
    operation: 'RestoreObject',
    name: 'of no key',
    run: (room) => restore(room, 'Standard'),
    outcome: '404 NoSuchKey',
    differs: NO_RESTORE,
  },
];
