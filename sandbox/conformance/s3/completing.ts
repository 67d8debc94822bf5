import type { CompletedPart } from '@aws-sdk/client-s3';
import { pick, type Room, type S3Case, type S3Cases, text } from './case';
import { complete, create, EXPECTED, FIRST, LAST, storeInParts, upload, uploadBoth, WHOLE } from './parts';

const OTHER_ETAG = '"00000000000000000000000000000000"';

/** What rejects a Complete of two good parts, corrupted. */
const CORRUPTED_LISTS: readonly (readonly [
  name: string,
  corrupt: (first: CompletedPart, last: CompletedPart) => CompletedPart[],
  outcome: string,
])[] = [
  ['rejects a part that was not uploaded', (first, last) => [first, { ...last, PartNumber: 3 }], '400 InvalidPart'],
  ['rejects another ETag', (first, last) => [first, { ...last, ETag: OTHER_ETAG }], '400 InvalidPart'],
  ['rejects a part twice', (first) => [first, first], '400 InvalidPartOrder'],
  ['rejects no parts', () => [], '400 MalformedXML'],
];

const head = ({ s3, at }: Room) => s3.headObject({ ...at, ChecksumMode: 'ENABLED' });

export const completing: S3Cases = [
  {
    operation: 'CompleteMultipartUpload',
    name: 'joins the parts under the MD5 of their MD5s',
    run: async (room) => {
      const { ETag, Bucket, Key } = await storeInParts(room);
      const bytes = Buffer.from((await text(room.s3.getObject(room.at))) ?? '');
      return { ETag, here: Bucket === room.Bucket, Key, same: bytes.equals(WHOLE) };
    },
    outcome: { ETag: EXPECTED.etag, here: true, Key: 'key', same: true },
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'computes a composite SHA256',
    run: async (room) => {
      const completed = storeInParts(room, { ChecksumAlgorithm: 'SHA256' });
      const shown = await pick(completed, 'ChecksumSHA256', 'ChecksumType');
      return [shown, await pick(head(room), 'ChecksumSHA256', 'ChecksumType')];
    },
    outcome: [
      { ChecksumSHA256: EXPECTED.sha256Composite, ChecksumType: 'COMPOSITE' },
      { ChecksumSHA256: EXPECTED.sha256Composite, ChecksumType: 'COMPOSITE' },
    ],
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'computes a composite CRC32',
    run: async (room) => {
      await storeInParts(room, { ChecksumAlgorithm: 'CRC32' });
      return pick(head(room), 'ChecksumCRC32', 'ChecksumType');
    },
    outcome: { ChecksumCRC32: EXPECTED.crc32Composite, ChecksumType: 'COMPOSITE' },
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'computes the CRC32 of the whole object',
    run: async (room) => {
      await storeInParts(room, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
      return pick(head(room), 'ChecksumCRC32', 'ChecksumType');
    },
    outcome: { ChecksumCRC32: EXPECTED.crc32, ChecksumType: 'FULL_OBJECT' },
  },
  ...CORRUPTED_LISTS.map(([name, corrupt, outcome]): S3Case => ({
    operation: 'CompleteMultipartUpload',
    name,
    run: async (room) => {
      const UploadId = await create(room);
      return complete(room, UploadId, corrupt(...(await uploadBoth(room, UploadId))));
    },
    outcome,
  })),
  {
    operation: 'CompleteMultipartUpload',
    name: 'rejects a falling order',
    run: async (room) => {
      const UploadId = await create(room);
      const [first, last] = await uploadBoth(room, UploadId);
      const { ETag } = await upload(room, UploadId, 2, FIRST);
      return complete(room, UploadId, [{ ...last, ETag }, first]);
    },
    outcome: '400 InvalidPartOrder',
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'leaves an upload open that it rejected',
    run: async (room) => {
      const UploadId = await create(room);
      const [first, last] = await uploadBoth(room, UploadId);
      const refused = await complete(room, UploadId, [first, first]).catch((error: Error) => error.name);
      return [refused, (await pick(complete(room, UploadId, [first, last]), 'ETag')).ETag];
    },
    outcome: ['InvalidPartOrder', EXPECTED.etag],
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'leaves out parts that are not listed',
    run: async (room) => {
      const UploadId = await create(room);
      const [, last] = await uploadBoth(room, UploadId);
      await complete(room, UploadId, [last]);
      return text(room.s3.getObject(room.at));
    },
    outcome: LAST.toString(),
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'with checksums rejects part numbers with a gap',
    run: async (room) => {
      const UploadId = await create(room, { ChecksumAlgorithm: 'SHA256' });
      const [, last] = await uploadBoth(room, UploadId, { ChecksumAlgorithm: 'SHA256' });
      return complete(room, UploadId, [last]);
    },
    outcome: '400 InvalidPartOrder',
    differs: {
      versitygw: 200,
      documented:
        'API reference, "CompleteMultipartUpload": with additional checksums, part numbers must be consecutive from 1',
    },
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'rejects a small part that is not the last',
    run: async (room) => {
      const UploadId = await create(room);
      const parts = await Promise.all(
        [1, 2].map(async (PartNumber) => {
          const { ETag } = await upload(room, UploadId, PartNumber, LAST);
          return { PartNumber, ETag };
        }),
      );
      return complete(room, UploadId, parts);
    },
    outcome: '400 EntityTooSmall',
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'rejects a wrong checksum of a part',
    run: async (room) => {
      const UploadId = await create(room, { ChecksumAlgorithm: 'SHA256' });
      const [first, last] = await uploadBoth(room, UploadId, { ChecksumAlgorithm: 'SHA256' });
      const ChecksumSHA256 = Buffer.alloc(32).toString('base64');
      return complete(room, UploadId, [first, { ...last, ChecksumSHA256 }]);
    },
    outcome: '400 InvalidPart',
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'rejects a missing checksum of a part where the upload is composite',
    run: async (room) => {
      const UploadId = await create(room, { ChecksumAlgorithm: 'SHA256' });
      const parts = await uploadBoth(room, UploadId, { ChecksumAlgorithm: 'SHA256' });
      return complete(
        room,
        UploadId,
        parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })),
      );
    },
    outcome: '400 InvalidRequest',
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'takes the right checksum of the whole object',
    run: async (room) => {
      const UploadId = await create(room, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
      const parts = await uploadBoth(room, UploadId, { ChecksumAlgorithm: 'CRC32' });
      return complete(room, UploadId, parts, { ChecksumCRC32: EXPECTED.crc32, ChecksumType: 'FULL_OBJECT' });
    },
    outcome: 200,
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'rejects a wrong checksum of the whole object',
    run: async (room) => {
      const UploadId = await create(room, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
      const parts = await uploadBoth(room, UploadId, { ChecksumAlgorithm: 'CRC32' });
      return complete(room, UploadId, parts, { ChecksumCRC32: 'AAAAAA==', ChecksumType: 'FULL_OBJECT' });
    },
    outcome: '400 BadDigest',
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'rejects another checksum type than that of the upload',
    run: async (room) => {
      const UploadId = await create(room, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
      const parts = await uploadBoth(room, UploadId, { ChecksumAlgorithm: 'CRC32' });
      return complete(room, UploadId, parts, { ChecksumType: 'COMPOSITE' });
    },
    // By the text that S3 sends with it ("must use the same checksum mode"); the API reference calls it BadDigest.
    outcome: '400 InvalidRequest',
  },
  ...(
    [
      ['takes the right MpuObjectSize', WHOLE.length, 200],
      ['rejects a wrong MpuObjectSize', WHOLE.length + 1, '400 InvalidRequest'],
    ] as const
  ).map(([name, MpuObjectSize, outcome]): S3Case => ({
    operation: 'CompleteMultipartUpload',
    name,
    run: async (room) => {
      const UploadId = await create(room);
      return complete(room, UploadId, await uploadBoth(room, UploadId), { MpuObjectSize });
    },
    outcome,
  })),
  {
    operation: 'CompleteMultipartUpload',
    name: 'with If-None-Match: * writes a new key',
    run: async (room) => {
      const UploadId = await create(room);
      return complete(room, UploadId, await uploadBoth(room, UploadId), { IfNoneMatch: '*' });
    },
    outcome: 200,
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'with If-None-Match: * leaves an old key alone',
    run: async (room) => {
      const UploadId = await create(room);
      const parts = await uploadBoth(room, UploadId);
      await room.s3.putObject({ ...room.at, Body: 'old' });
      const refused = await complete(room, UploadId, parts, { IfNoneMatch: '*' }).catch((error: Error) => error.name);
      return [refused, await text(room.s3.getObject(room.at))];
    },
    outcome: ['PreconditionFailed', 'old'],
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'with If-Match leaves another object alone',
    run: async (room) => {
      const UploadId = await create(room);
      const parts = await uploadBoth(room, UploadId);
      await room.s3.putObject({ ...room.at, Body: 'old' });
      return complete(room, UploadId, parts, { IfMatch: OTHER_ETAG });
    },
    outcome: '412 PreconditionFailed',
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'rejects an unknown upload id',
    run: (room) => complete(room, 'unknown', [{ PartNumber: 1, ETag: OTHER_ETAG }]),
    outcome: '404 NoSuchUpload',
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'keeps metadata, tags and headers of the upload',
    run: async (room) => {
      await storeInParts(room, {
        Metadata: { colour: 'blue' },
        Tagging: 'a=b',
        ContentType: 'text/plain',
        CacheControl: 'no-cache',
      });
      return pick(head(room), 'Metadata', 'ContentType', 'CacheControl', 'TagCount');
    },
    outcome: {
      Metadata: { colour: 'blue' },
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      TagCount: 1,
    },
  },
  {
    operation: 'CompleteMultipartUpload',
    name: 'keeps the class of the upload',
    run: async (room) => {
      await storeInParts(room, { StorageClass: 'GLACIER_IR' });
      return pick(head(room), 'StorageClass');
    },
    outcome: { StorageClass: 'GLACIER_IR' },
    differs: {
      versitygw: { StorageClass: 'STANDARD' },
      documented: 'API reference, "CreateMultipartUpload", x-amz-storage-class; versitygw ignores it',
    },
  },
  {
    operation: 'GetObject',
    name: 'gives a part by its number',
    run: async (room) => {
      await storeInParts(room);
      const reply = await room.s3.getObject({ ...room.at, PartNumber: 2 });
      const { PartsCount, ContentRange } = reply;
      return { PartsCount, ContentRange, text: await reply.Body?.transformToString() };
    },
    outcome: {
      PartsCount: 2,
      ContentRange: `bytes ${FIRST.length}-${WHOLE.length - 1}/${WHOLE.length}`,
      text: LAST.toString(),
    },
  },
  {
    operation: 'GetObject',
    name: 'gives a range that goes over the border of parts',
    run: async (room) => {
      await storeInParts(room);
      return text(room.s3.getObject({ ...room.at, Range: `bytes=${FIRST.length - 3}-${FIRST.length + 3}` }));
    },
    outcome: WHOLE.subarray(FIRST.length - 3, FIRST.length + 4).toString(),
  },
];
