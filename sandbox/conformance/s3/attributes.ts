import type { ObjectAttributes } from '@aws-sdk/client-s3';
import { pick, type S3Cases } from './case';
import { storeInParts, WHOLE } from './parts';

const ALL: ObjectAttributes[] = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

const SPACES = {
  versitygw: '400 InvalidArgument',
  documented:
    'API reference, "GetObjectAttributes": a list; versitygw knows no space behind a comma, which the SDK sends',
};
const NO_PARTS = 'API reference, "GetObjectAttributes", ObjectParts; versitygw keeps nothing about parts';

export const attributes: S3Cases = [
  {
    operation: 'GetObjectAttributes',
    name: 'tells everything of a whole object, its ETag without quotes',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: '123456789', ChecksumCRC32: 'y/Q5Jg==' });
      const got = s3.getObjectAttributes({ ...at, ObjectAttributes: ALL });
      return pick(got, 'ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize');
    },
    outcome: {
      ETag: '25f9e794323b453885f5181f1b624d0b',
      Checksum: { ChecksumCRC32: 'y/Q5Jg==', ChecksumType: 'FULL_OBJECT' },
      StorageClass: 'STANDARD',
      ObjectSize: 9,
    },
    differs: SPACES,
  },
  {
    operation: 'GetObjectAttributes',
    name: 'tells only what was asked',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: '123456789' });
      const got = s3.getObjectAttributes({ ...at, ObjectAttributes: ['ObjectSize'] });
      return pick(got, 'ETag', 'Checksum', 'StorageClass', 'ObjectSize');
    },
    outcome: { ObjectSize: 9 },
  },
  {
    operation: 'GetObjectAttributes',
    name: 'lists parts where the upload named a checksum',
    run: async (room) => {
      await storeInParts(room, { ChecksumAlgorithm: 'SHA256' });
      const { ObjectParts, ObjectSize } = await room.s3.getObjectAttributes({
        ...room.at,
        ObjectAttributes: ['ObjectParts', 'ObjectSize'],
      });
      const numbers = ObjectParts?.Parts?.map(({ PartNumber, ChecksumSHA256 }) => [PartNumber, typeof ChecksumSHA256]);
      return { total: ObjectParts?.TotalPartsCount, numbers, ObjectSize };
    },
    outcome: {
      total: 2,
      numbers: [
        [1, 'string'],
        [2, 'string'],
      ],
      ObjectSize: WHOLE.length,
    },
    differs: SPACES,
  },
  {
    operation: 'GetObjectAttributes',
    name: 'gives parts in pages',
    run: async (room) => {
      await storeInParts(room, { ChecksumAlgorithm: 'SHA256' });
      const ObjectAttributes: ObjectAttributes[] = ['ObjectParts'];
      const first = await room.s3.getObjectAttributes({ ...room.at, ObjectAttributes, MaxParts: 1 });
      const PartNumberMarker = first.ObjectParts?.NextPartNumberMarker ?? '';
      const second = await room.s3.getObjectAttributes({ ...room.at, ObjectAttributes, MaxParts: 1, PartNumberMarker });
      return [first, second].map(({ ObjectParts }) => [
        ObjectParts?.Parts?.map(({ PartNumber }) => PartNumber).join(),
        ObjectParts?.IsTruncated,
      ]);
    },
    outcome: [
      ['1', true],
      ['2', false],
    ],
    differs: {
      versitygw: [
        [undefined, undefined],
        [undefined, undefined],
      ],
      documented: NO_PARTS,
    },
  },
  {
    operation: 'GetObjectAttributes',
    name: 'only counts parts where the upload named no checksum',
    run: async (room) => {
      await storeInParts(room);
      const { ObjectParts } = await room.s3.getObjectAttributes({ ...room.at, ObjectAttributes: ['ObjectParts'] });
      return { total: ObjectParts?.TotalPartsCount, parts: ObjectParts?.Parts };
    },
    outcome: { total: 2 },
    differs: { versitygw: {}, documented: NO_PARTS },
  },
  {
    operation: 'GetObjectAttributes',
    name: 'answers for an archived object',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: '123456789', StorageClass: 'DEEP_ARCHIVE' });
      const got = s3.getObjectAttributes({ ...at, ObjectAttributes: ['StorageClass', 'ObjectSize'] });
      return pick(got, 'StorageClass', 'ObjectSize');
    },
    outcome: { StorageClass: 'DEEP_ARCHIVE', ObjectSize: 9 },
    differs: SPACES,
  },
  {
    operation: 'GetObjectAttributes',
    name: 'refuses an unknown attribute',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'x' });
      return s3.getObjectAttributes({ ...at, ObjectAttributes: ['Colour' as ObjectAttributes] });
    },
    outcome: '400 InvalidArgument',
  },
  {
    operation: 'GetObjectAttributes',
    name: 'of no key',
    run: ({ s3, at }) => s3.getObjectAttributes({ ...at, ObjectAttributes: ALL }),
    outcome: '404 NoSuchKey',
    differs: SPACES,
  },
];
