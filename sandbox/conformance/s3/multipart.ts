import type { CreateMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import { pick, type S3Case, type S3Cases, text } from './case';
import { complete, create, LAST, upload, uploadBoth } from './parts';

/** Pairs of algorithm and type that CreateMultipartUpload takes or rejects. */
const TYPES: readonly (readonly [input: Partial<CreateMultipartUploadCommandInput>, outcome: unknown])[] = [
  [{ ChecksumAlgorithm: 'CRC32' }, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'COMPOSITE' }],
  [{ ChecksumAlgorithm: 'CRC64NVME' }, { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' }],
  [{ ChecksumAlgorithm: 'SHA256' }, { ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' }],
  [
    { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' },
    { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' },
  ],
  [{ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }, '400 InvalidRequest'],
  [{ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }, '400 InvalidRequest'],
  [{ ChecksumType: 'FULL_OBJECT' }, '400 InvalidRequest'],
];

const starting: S3Cases = [
  ...TYPES.map(([input, outcome]): S3Case => ({
    operation: 'CreateMultipartUpload',
    name: `with ${input.ChecksumAlgorithm ?? 'no algorithm'} and ${input.ChecksumType ?? 'no type'}`,
    run: ({ plain, at }) => pick(plain.createMultipartUpload({ ...at, ...input }), 'ChecksumAlgorithm', 'ChecksumType'),
    outcome,
  })),
  {
    operation: 'CreateMultipartUpload',
    name: 'in no bucket',
    run: ({ s3 }) => s3.createMultipartUpload({ Bucket: 'nowhere', Key: 'key' }),
    outcome: '404 NoSuchBucket',
  },
];

const uploading: S3Cases = [
  ...[0, 10_001].map((PartNumber): S3Case => ({
    operation: 'UploadPart',
    name: `rejects part ${PartNumber}`,
    run: async (room) => upload(room, await create(room), PartNumber, LAST),
    outcome: '400 InvalidArgument',
  })),
  {
    operation: 'UploadPart',
    name: 'takes part 10,000',
    run: async (room) => upload(room, await create(room), 10_000, LAST),
    outcome: 200,
  },
  {
    operation: 'UploadPart',
    name: 'rejects an unknown upload id',
    run: (room) => upload(room, 'unknown', 1, LAST),
    outcome: '404 NoSuchUpload',
  },
  {
    operation: 'UploadPart',
    name: 'rejects the upload id of another key',
    run: async (room) => {
      const UploadId = await create(room);
      return room.s3.uploadPart({ ...room.at, Key: 'other', UploadId, PartNumber: 1, Body: LAST });
    },
    outcome: '404 NoSuchUpload',
  },
  {
    operation: 'UploadPart',
    name: 'rejects a wrong checksum',
    run: async (room) => upload(room, await create(room), 1, LAST, { ChecksumCRC32: 'AAAAAA==' }),
    outcome: '400 BadDigest',
  },
  {
    operation: 'UploadPart',
    name: 'rejects a wrong Content-MD5',
    run: async (room) => upload(room, await create(room), 1, LAST, { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }),
    outcome: '400 BadDigest',
  },
  {
    operation: 'UploadPart',
    name: 'rejects another algorithm than that of the upload',
    run: async (room) => {
      const UploadId = await create(room, { ChecksumAlgorithm: 'SHA256' });
      return upload(room, UploadId, 1, LAST, { ChecksumAlgorithm: 'CRC32' });
    },
    outcome: '400 InvalidRequest',
  },
  {
    operation: 'UploadPart',
    name: 'rejects a part without checksum where the upload is composite',
    run: async (room) => {
      const UploadId = await create(room, { ChecksumAlgorithm: 'SHA256' });
      return room.plain.uploadPart({ ...room.at, UploadId, PartNumber: 1, Body: LAST });
    },
    outcome: '400 InvalidRequest',
  },
  {
    operation: 'UploadPart',
    name: 'replaces a part of the same number',
    run: async (room) => {
      const UploadId = await create(room);
      await upload(room, UploadId, 1, Buffer.from('the first try'));
      const { ETag } = await upload(room, UploadId, 1, LAST);
      await complete(room, UploadId, [{ PartNumber: 1, ETag }]);
      return text(room.s3.getObject(room.at));
    },
    outcome: LAST.toString(),
  },
];

const aborting: S3Cases = [
  {
    operation: 'AbortMultipartUpload',
    name: 'ends an upload',
    run: async (room) => {
      const UploadId = await create(room);
      await upload(room, UploadId, 1, LAST);
      await room.s3.abortMultipartUpload({ ...room.at, UploadId });
      return upload(room, UploadId, 2, LAST);
    },
    outcome: '404 NoSuchUpload',
  },
  {
    operation: 'AbortMultipartUpload',
    name: 'rejects an unknown upload id',
    run: ({ s3, at }) => s3.abortMultipartUpload({ ...at, UploadId: 'unknown' }),
    outcome: '404 NoSuchUpload',
  },
  {
    operation: 'AbortMultipartUpload',
    name: 'rejects a completed upload',
    run: async (room) => {
      const UploadId = await create(room);
      await complete(room, UploadId, await uploadBoth(room, UploadId));
      return room.s3.abortMultipartUpload({ ...room.at, UploadId });
    },
    outcome: '404 NoSuchUpload',
  },
];

export const multipart: S3Cases = [...starting, ...uploading, ...aborting];
