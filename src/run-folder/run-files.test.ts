import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { readJsonLines, readText } from './run-files';

const BUCKET = { bucket: 'my-bucket', bucketOwner: null };

/** S3 with one object of this content that reports this length. */
function s3With(content: string, ContentLength = content.length) {
  const body = Readable.from([Buffer.from(content)]);
  return { body, s3: { send: async () => ({ Body: body, ContentLength }) } as unknown as S3Client };
}

test('the rows of a JSON Lines file are read', async () => {
  const { s3 } = s3With('{"a":1}\n{"a":2}\n');
  expect(await readJsonLines(s3, BUCKET, 'key')).toEqual([{ a: 1 }, { a: 2 }]);
});

test.each([
  ['a text', readText],
  ['rows', readJsonLines],
])('a file larger than any run writes is not read as %s', async (_what, read) => {
  const { s3, body } = s3With('x', 300 * 2 ** 20);
  await expect(read(s3, BUCKET, '.glacier-transfer/r/shards/shard-000000.jsonl')).rejects.toMatchObject({
    type: 'Refused',
    message: expect.stringContaining('shard-000000.jsonl in the bucket my-bucket has 314572800 bytes') as string,
  });
  expect(body.destroyed).toBe(true);
});
