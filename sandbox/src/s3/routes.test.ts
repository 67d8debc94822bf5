import { parseTarget } from './request-target';
import { route } from './routes';

const operationOf = (method: string, target: string, copies = false): string =>
  route(method, parseTarget(target, 'localhost'), copies).operation;

test.each([
  ['an operation on the account', 'GET', '/', 'ListBuckets'],
  ['an operation on a bucket', 'PUT', '/b', 'CreateBucket'],
  ['an operation on an object', 'GET', '/b/k', 'GetObject'],
  ['an operation named by a parameter', 'GET', '/b?list-type=2&prefix=x', 'ListObjectsV2'],
  ['an operation named by a parameter among others', 'PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart'],
  ['an operation that only S3 has', 'PUT', '/b/k?retention', 'PutObjectRetention'],
  ['an operation that only S3 has, on one of several', 'GET', '/b?analytics&id=a', 'GetBucketAnalyticsConfiguration'],
])('%s has its name: %s %s', (_kind, method, target, name) => {
  expect(operationOf(method, target)).toBe(name);
});

test('a copy has its name', () => {
  expect(operationOf('PUT', '/b/k', true)).toBe('CopyObject');
  expect(operationOf('PUT', '/b/k?partNumber=1&uploadId=u', true)).toBe('UploadPartCopy');
});

const answer = (method: string, target: string) => {
  const parsed = parseTarget(target, 'localhost');
  return () => route(method, parsed, false).handler({ query: parsed.query } as never);
};

test.each([
  ['an operation that only S3 has', 'GET', '/b?acl', 'GetBucketAcl'],
  ['an unknown parameter', 'GET', '/b/k?response-content-type=x', 'the parameter response-content-type of GetObject'],
])('%s answers NotImplemented by name', (_kind, method, target, name) => {
  expect(answer(method, target)).toThrow(
    expect.objectContaining({ code: 'NotImplemented', message: expect.stringContaining(name) as string }),
  );
});

test('a version is named only where there can be one', () => {
  expect(answer('PUT', '/b/k?versionId=null')).toThrow('does not accept');
});
