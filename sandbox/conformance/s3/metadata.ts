import { pick, type S3Cases } from './case';

const SYSTEM = {
  ContentType: 'image/png',
  ContentEncoding: 'gzip',
  ContentLanguage: 'de',
  ContentDisposition: 'attachment; filename="a.png"',
  CacheControl: 'max-age=60',
} as const;

/** Metadata of this many bytes, name and value together. */
const ofBytes = (bytes: number): Record<string, string> => ({ a: 'x'.repeat(bytes - 1) });

export const metadata: S3Cases = [
  {
    operation: 'PutObject',
    name: 'keeps the headers that describe an object',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'x', ...SYSTEM, Expires: new Date('2030-01-02T03:04:05Z') });
      return pick(
        s3.headObject(at),
        'ContentType',
        'ContentEncoding',
        'ContentLanguage',
        'ContentDisposition',
        'CacheControl',
        'ExpiresString',
      );
    },
    outcome: { ...SYSTEM, ExpiresString: 'Wed, 02 Jan 2030 03:04:05 GMT' },
  },
  {
    operation: 'PutObject',
    name: 'keeps user metadata, names in lower case',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'x', Metadata: { Colour: 'Blue', 'with-hyphen': 'a, b' } });
      return pick(s3.headObject(at), 'Metadata');
    },
    outcome: { Metadata: { colour: 'Blue', 'with-hyphen': 'a, b' } },
  },
  {
    operation: 'PutObject',
    name: 'takes 2,048 bytes of user metadata',
    run: ({ s3, at }) => s3.putObject({ ...at, Body: 'x', Metadata: ofBytes(2048) }),
    outcome: 200,
  },
  {
    operation: 'PutObject',
    name: 'rejects 2,049 bytes of user metadata',
    run: ({ s3, at }) => s3.putObject({ ...at, Body: 'x', Metadata: ofBytes(2049) }),
    outcome: '400 MetadataTooLarge',
  },
  {
    operation: 'CreateMultipartUpload',
    name: 'rejects 2,049 bytes of user metadata',
    run: ({ s3, at }) => s3.createMultipartUpload({ ...at, Metadata: ofBytes(2049) }),
    outcome: '400 MetadataTooLarge',
  },
  {
    operation: 'PutObject',
    name: 'calls an object without a type binary/octet-stream',
    run: async ({ s3, at }) => {
      await s3.createMultipartUpload(at);
      await s3.putObject({ ...at, Body: 'x' });
      return pick(s3.headObject(at), 'ContentType');
    },
    // The SDK itself says so.
    outcome: { ContentType: 'application/octet-stream' },
  },
];
