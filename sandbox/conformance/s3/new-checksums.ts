import { createHash } from 'node:crypto';
import { type Room, pick, type S3Case, type S3Cases } from './case';

const BODY = '123456789';
const digest = (name: string): string => createHash(name).update(BODY).digest('base64');

/** The algorithms of 2026, of the digits 1 to 9, base64; XXH3 and its kin by xxhash 4.1.0 of PyPI. */
const VALUES: Readonly<Record<string, string>> = {
  SHA512: digest('sha512'),
  MD5: digest('md5'),
  XXHASH64: 'jLhB20DmroM=',
  XXHASH3: 'ctyxi2ehff8=',
  XXHASH128: 'MxGUd+3l3NXpcWQnaB1YYA==',
};

const field = (algorithm: string) => `Checksum${algorithm}` as 'ChecksumSHA512';

export const newChecksums: S3Cases = Object.entries(VALUES).flatMap(([algorithm, value]): S3Case[] => [
  {
    operation: 'PutObject',
    name: `verifies and keeps a right ${algorithm}`,
    run: async ({ plain, at }: Room) => {
      await plain.putObject({ ...at, Body: BODY, [field(algorithm)]: value });
      return pick(plain.headObject({ ...at, ChecksumMode: 'ENABLED' }), field(algorithm), 'ChecksumType');
    },
    outcome: { [field(algorithm)]: value, ChecksumType: 'FULL_OBJECT' },
  },
  {
    operation: 'PutObject',
    name: `refuses a wrong ${algorithm}`,
    run: ({ plain, at }) => plain.putObject({ ...at, Body: '123456780', [field(algorithm)]: value }),
    outcome: '400 BadDigest',
  },
]);
