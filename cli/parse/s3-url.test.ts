import { parseBucket, parseDestination } from './s3-url';

test.each([
  ['s3://my-bucket', { bucket: 'my-bucket', prefix: '' }],
  ['s3://my-bucket/', { bucket: 'my-bucket', prefix: '' }],
  ['s3://my.bucket/photos', { bucket: 'my.bucket', prefix: 'photos/' }],
  ['s3://my-bucket/a/b c/Größe/', { bucket: 'my-bucket', prefix: 'a/b c/Größe/' }],
])('%s', (text, destination) => {
  expect(parseDestination(text)).toEqual(destination);
});

test.each([
  ['my-bucket/photos', /is not a valid S3 URL: write it like s3:/],
  ['https://my-bucket/x', /is not a valid S3 URL/],
  ['s3://', /is not a valid bucket name/],
  ['s3://My-Bucket/x', /"My-Bucket" is not a valid bucket name/],
  ['s3://ab', /is not a valid bucket name/],
  ['s3://my..bucket', /is not a valid bucket name/],
  ['s3://192.168.0.1/x', /is not a valid bucket name/],
  ['s3://my-bucket//x', /empty part/],
  ['s3://my-bucket/a/../b', /empty part/],
  ['s3://my-bucket/a\u001b[0m', /control characters/],
  ['s3://my-bucket/.glacier-transfer/x', /reserved for the records of runs/],
  [`s3://my-bucket/${'ä'.repeat(256)}`, /longer than 512 bytes/],
])('%j is refused', (text, why) => {
  expect(() => parseDestination(text)).toThrow(why);
});

test('a bucket on its own', () => {
  expect(parseBucket('archive-2026')).toBe('archive-2026');
  expect(() => parseBucket('s3://archive')).toThrow(/is not a valid bucket name/);
});
