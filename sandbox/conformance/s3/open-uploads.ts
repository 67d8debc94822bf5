import { pick, type Room, type S3Cases } from './case';
import { create, LAST, upload } from './parts';

async function threeParts(room: Room): Promise<string> {
  const UploadId = await create(room);
  for (const PartNumber of [7, 1, 10_000]) await upload(room, UploadId, PartNumber, LAST);
  return UploadId;
}

export const openUploads: S3Cases = [
  {
    operation: 'ListParts',
    name: 'lists parts by number',
    run: async (room) => {
      const UploadId = await threeParts(room);
      const { Parts = [], IsTruncated, StorageClass } = await room.s3.listParts({ ...room.at, UploadId });
      return { parts: Parts.map(({ PartNumber, Size }) => [PartNumber, Size]), IsTruncated, StorageClass };
    },
    outcome: {
      parts: [1, 7, 10_000].map((number) => [number, LAST.length]),
      IsTruncated: false,
      StorageClass: 'STANDARD',
    },
  },
  {
    operation: 'ListParts',
    name: 'gives pages',
    run: async (room) => {
      const UploadId = await threeParts(room);
      const first = await room.s3.listParts({ ...room.at, UploadId, MaxParts: 2 });
      const PartNumberMarker = first.NextPartNumberMarker ?? '';
      const second = await room.s3.listParts({ ...room.at, UploadId, MaxParts: 2, PartNumberMarker });
      return [first, second].map(({ Parts = [], IsTruncated, MaxParts }) => ({
        parts: Parts.map(({ PartNumber }) => PartNumber),
        IsTruncated,
        MaxParts,
      }));
    },
    outcome: [
      { parts: [1, 7], IsTruncated: true, MaxParts: 2 },
      { parts: [10_000], IsTruncated: false, MaxParts: 2 },
    ],
  },
  {
    operation: 'ListParts',
    name: 'shows the checksums of an upload that has some',
    run: async (room) => {
      const UploadId = await create(room, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
      const { ChecksumCRC32 } = await upload(room, UploadId, 1, LAST, { ChecksumAlgorithm: 'CRC32' });
      const listed = await room.s3.listParts({ ...room.at, UploadId });
      const { ChecksumAlgorithm, ChecksumType, Parts = [] } = listed;
      return { ChecksumAlgorithm, ChecksumType, same: Parts.map((part) => part.ChecksumCRC32 === ChecksumCRC32) };
    },
    outcome: { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT', same: [true] },
  },
  {
    operation: 'ListParts',
    name: 'rejects an unknown upload id',
    run: ({ s3, at }) => s3.listParts({ ...at, UploadId: 'unknown' }),
    outcome: '404 NoSuchUpload',
  },
  {
    operation: 'ListMultipartUploads',
    name: 'lists open uploads by key and then by time',
    run: async ({ s3, Bucket }) => {
      const ids: (string | undefined)[] = [];
      for (const Key of ['b', 'a', 'b']) ids.push((await s3.createMultipartUpload({ Bucket, Key })).UploadId);
      const { Uploads = [] } = await s3.listMultipartUploads({ Bucket });
      return Uploads.map(({ Key, UploadId, StorageClass }) => [
        Key,
        Key === 'a' || ids.includes(UploadId),
        StorageClass,
      ]);
    },
    outcome: [
      ['a', true, 'STANDARD'],
      ['b', true, 'STANDARD'],
      ['b', true, 'STANDARD'],
    ],
  },
  {
    operation: 'ListMultipartUploads',
    name: 'gives pages by key and upload id',
    run: async ({ s3, Bucket }) => {
      for (const Key of ['a', 'b', 'c']) await s3.createMultipartUpload({ Bucket, Key });
      const first = await s3.listMultipartUploads({ Bucket, MaxUploads: 2 });
      const second = await s3.listMultipartUploads({
        Bucket,
        MaxUploads: 2,
        KeyMarker: first.NextKeyMarker ?? '',
        UploadIdMarker: first.NextUploadIdMarker ?? '',
      });
      return [first, second].map(({ Uploads = [], IsTruncated }) => [
        Uploads.map(({ Key }) => Key).join(),
        IsTruncated,
      ]);
    },
    outcome: [
      ['a,b', true],
      ['c', false],
    ],
    differs: {
      versitygw: '400 InvalidArgument',
      documented:
        'API reference, "ListMultipartUploads": the next markers go into the next request; versitygw rejects its own',
    },
  },
  {
    operation: 'ListMultipartUploads',
    name: 'finds uploads by prefix',
    run: async ({ s3, Bucket }) => {
      for (const Key of ['a/1', 'b/1', 'b/2']) await s3.createMultipartUpload({ Bucket, Key });
      const { Uploads = [], Prefix } = await s3.listMultipartUploads({ Bucket, Prefix: 'b/' });
      return { keys: Uploads.map(({ Key }) => Key), Prefix };
    },
    outcome: { keys: ['b/1', 'b/2'], Prefix: 'b/' },
  },
  {
    operation: 'ListMultipartUploads',
    name: 'groups uploads by a delimiter',
    run: async ({ s3, Bucket }) => {
      for (const Key of ['a', 'b/1', 'b/2']) await s3.createMultipartUpload({ Bucket, Key });
      const { Uploads = [], CommonPrefixes } = await s3.listMultipartUploads({ Bucket, Delimiter: '/' });
      return { keys: Uploads.map(({ Key }) => Key), CommonPrefixes };
    },
    outcome: { keys: ['a'], CommonPrefixes: [{ Prefix: 'b/' }] },
  },
  {
    operation: 'ListMultipartUploads',
    name: 'is empty without any',
    run: ({ s3, Bucket }) => pick(s3.listMultipartUploads({ Bucket }), 'Uploads', 'IsTruncated', 'MaxUploads'),
    outcome: { IsTruncated: false, MaxUploads: 1000 },
  },
  {
    operation: 'ListMultipartUploads',
    name: 'of no bucket',
    run: ({ s3 }) => s3.listMultipartUploads({ Bucket: 'nowhere' }),
    outcome: '404 NoSuchBucket',
  },
];
