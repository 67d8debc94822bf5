import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import { type Room, type S3Case, type S3Cases, text } from './case';
const ETAG = '"25f9e794323b453885f5181f1b624d0b"';
const OTHER = '"00000000000000000000000000000000"';
const PAST = new Date('2001-02-03T04:05:06Z');

type Conditions = Pick<GetObjectCommandInput, 'IfMatch' | 'IfNoneMatch' | 'IfModifiedSince' | 'IfUnmodifiedSince'>;
type Answer = 200 | 304 | 412;

const put = ({ s3, at }: Room) => s3.putObject({ ...at, Body: '123456789' });

/** GetObject and HeadObject, of an object with Last-Modified `modified`; versitygw's answer where it is another. */
const READS: readonly (readonly [
  name: string,
  conditions: (modified: Date) => Conditions,
  answer: Answer,
  versitygw?: Answer,
])[] = [
  ['If-Match holds', () => ({ IfMatch: ETAG }), 200],
  ['If-Match holds for any', () => ({ IfMatch: '*' }), 200],
  ['If-Match fails', () => ({ IfMatch: OTHER }), 412],
  ['If-None-Match holds', () => ({ IfNoneMatch: OTHER }), 200],
  ['If-None-Match fails', () => ({ IfNoneMatch: ETAG }), 304],
  ['If-Modified-Since holds', () => ({ IfModifiedSince: PAST }), 200],
  ['If-Modified-Since fails', (modified) => ({ IfModifiedSince: modified }), 304, 200],
  ['If-Unmodified-Since holds', (modified) => ({ IfUnmodifiedSince: modified }), 200, 412],
  ['If-Unmodified-Since fails', () => ({ IfUnmodifiedSince: PAST }), 412],
  ['If-Match holds and If-Unmodified-Since fails', () => ({ IfMatch: ETAG, IfUnmodifiedSince: PAST }), 200],
  ['If-None-Match fails and If-Modified-Since holds', () => ({ IfNoneMatch: ETAG, IfModifiedSince: PAST }), 304],
];

type Read = 'GetObject' | 'HeadObject';

/** The SDK has no name for an answer without a body. */
function shown(operation: Read, answer: Answer): unknown {
  if (answer === 200) return 200;
  return answer === 412 && operation === 'GetObject' ? '412 PreconditionFailed' : `${answer} Unknown`;
}

const WHOLE_SECONDS =
  'RFC 7232, section 2.2.1, to which "GetObject" refers: Last-Modified is what the server compares with, and has whole seconds';

export const conditions: S3Cases = [
  ...(['GetObject', 'HeadObject'] as const).flatMap((operation) =>
    READS.map(([name, conditions, answer, versitygw]): S3Case => ({
      operation,
      name: `where ${name}`,
      run: async (room) => {
        await put(room);
        const { LastModified = PAST } = await room.s3.headObject(room.at);
        const input = { ...room.at, ...conditions(LastModified) };
        return operation === 'GetObject' ? room.s3.getObject(input) : room.s3.headObject(input);
      },
      outcome: shown(operation, answer),
      ...(versitygw === undefined
        ? {}
        : { differs: { versitygw: shown(operation, versitygw), documented: WHOLE_SECONDS } }),
    })),
  ),
  {
    operation: 'PutObject',
    name: 'with If-None-Match: * writes a new key',
    run: ({ s3, at }) => s3.putObject({ ...at, Body: 'new', IfNoneMatch: '*' }),
    outcome: 200,
  },
  {
    operation: 'PutObject',
    name: 'with If-None-Match: * leaves an old key alone',
    run: async (room) => {
      await put(room);
      const refused = await room.s3
        .putObject({ ...room.at, Body: 'new', IfNoneMatch: '*' })
        .catch((error: Error) => error.name);
      return [refused, await text(room.s3.getObject(room.at))];
    },
    outcome: ['PreconditionFailed', '123456789'],
  },
  {
    operation: 'PutObject',
    name: 'with If-None-Match and an ETag',
    run: ({ s3, at }) => s3.putObject({ ...at, Body: 'new', IfNoneMatch: ETAG }),
    outcome: '501 NotImplemented',
  },
  {
    operation: 'PutObject',
    name: 'with If-Match replaces the object that the client knows',
    run: async (room) => {
      await put(room);
      return room.s3.putObject({ ...room.at, Body: 'new', IfMatch: ETAG });
    },
    outcome: 200,
  },
  {
    operation: 'PutObject',
    name: 'with If-Match leaves another object alone',
    run: async (room) => {
      await put(room);
      return room.s3.putObject({ ...room.at, Body: 'new', IfMatch: OTHER });
    },
    outcome: '412 PreconditionFailed',
  },
  {
    operation: 'PutObject',
    name: 'with If-Match where there is none',
    run: ({ s3, at }) => s3.putObject({ ...at, Body: 'new', IfMatch: ETAG }),
    outcome: '404 NoSuchKey',
  },
  {
    operation: 'DeleteObject',
    name: 'with If-Match leaves another object alone',
    run: async (room) => {
      await put(room);
      return room.s3.deleteObject({ ...room.at, IfMatch: OTHER });
    },
    outcome: '412 PreconditionFailed',
    differs: { sandbox: '501 NotImplemented', documented: 'API reference, "DeleteObject": If-Match, else 412' },
  },
];
