import type { Room, S3Case, S3Cases } from './case';

const BODY = '0123456789';

async function read({ s3, at }: Room, Range: string): Promise<unknown> {
  await s3.putObject({ ...at, Body: BODY });
  const reply = await s3.getObject({ ...at, Range });
  const { ContentRange, ContentLength } = reply;
  return {
    status: reply.$metadata.httpStatusCode,
    ContentRange,
    ContentLength,
    text: await reply.Body?.transformToString(),
  };
}

const part = (start: number, end: number): unknown => ({
  status: 206,
  ContentRange: `bytes ${start}-${end}/${BODY.length}`,
  ContentLength: end - start + 1,
  text: BODY.slice(start, end + 1),
});
const WHOLE = { status: 200, ContentLength: BODY.length, text: BODY };

const RANGES: Readonly<Record<string, unknown>> = {
  'bytes=0-0': part(0, 0),
  'bytes=2-5': part(2, 5),
  'bytes=2-': part(2, 9),
  'bytes=-2': part(8, 9),
  'bytes=-10': part(0, 9),
  'bytes=-20': part(0, 9),
  'bytes=0-9': part(0, 9),
  'bytes=5-100': part(5, 9),
  'bytes=9-9': part(9, 9),
  'bytes=10-': '416 InvalidRange',
  'bytes=10-20': '416 InvalidRange',
  'bytes=-0': '416 InvalidRange',
  'bytes=5-2': WHOLE,
  'bytes=a-b': WHOLE,
  'items=0-1': WHOLE,
  'bytes=0-1,4-5': WHOLE,
};

export const ranges: S3Cases = [
  ...Object.entries(RANGES).map(([Range, outcome]): S3Case => ({
    operation: 'GetObject',
    name: `answers Range: ${Range}`,
    run: (room) => read(room, Range),
    outcome,
  })),
  {
    operation: 'GetObject',
    name: 'has no range of an empty object',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: '' });
      return s3.getObject({ ...at, Range: 'bytes=0-0' });
    },
    outcome: '416 InvalidRange',
  },
  {
    operation: 'HeadObject',
    name: 'answers a range without its bytes',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: BODY });
      const reply = await s3.headObject({ ...at, Range: 'bytes=2-5' });
      return {
        status: reply.$metadata.httpStatusCode,
        ContentLength: reply.ContentLength,
        ContentRange: reply.ContentRange,
      };
    },
    outcome: { status: 206, ContentLength: 4, ContentRange: 'bytes 2-5/10' },
  },
  {
    operation: 'GetObject',
    name: 'gives a range with the ETag of the whole and no checksum of it',
    run: async ({ s3, at }) => {
      const { ETag } = await s3.putObject({ ...at, Body: BODY });
      const reply = await s3.getObject({ ...at, Range: 'bytes=0-1', ChecksumMode: 'ENABLED' });
      return { same: reply.ETag === ETag, ChecksumCRC32: reply.ChecksumCRC32, AcceptRanges: reply.AcceptRanges };
    },
    outcome: { same: true, AcceptRanges: 'bytes' },
  },
  {
    operation: 'GetObject',
    name: 'takes a whole object as its part 1',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: BODY });
      const reply = await s3.getObject({ ...at, PartNumber: 1 });
      const { ContentRange, PartsCount } = reply;
      return { status: reply.$metadata.httpStatusCode, ContentRange, PartsCount };
    },
    outcome: { status: 206, ContentRange: 'bytes 0-9/10' },
  },
  {
    operation: 'GetObject',
    name: 'has no part 2 of a whole object',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: BODY });
      return s3.getObject({ ...at, PartNumber: 2 });
    },
    outcome: '416 InvalidPartNumber',
  },
  {
    operation: 'GetObject',
    // Not documented: S3 itself says "Cannot specify both Range header and partNumber query parameter" (ceph/ceph#66780).
    name: 'rejects a range together with a part number',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: BODY });
      return s3.getObject({ ...at, PartNumber: 1, Range: 'bytes=0-1' });
    },
    outcome: '400 InvalidRequest',
  },
];
