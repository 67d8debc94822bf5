import * as sdk from '@aws-sdk/client-s3';
import { parseTarget } from './request-target';
import { route } from './routes';

/** `[9, namespace, name, { http: [method, target, status] }, …]`, of which the SDK exports one for each operation. */
type OperationSchema = readonly [9, string, string, { readonly http?: readonly [string, string, number] }];

const isOperation = (value: unknown): value is OperationSchema => Array.isArray(value) && value[0] === 9;

/** Of directory buckets and of Object Lambda, which have hosts of their own. */
const ELSEWHERE = new Set(['ListDirectoryBuckets', 'WriteGetObjectResponse']);
/** What tells operations on the same address apart, and is not in the SDK's schema. */
const EXTRA: Readonly<Record<string, string>> = {
  AbortMultipartUpload: 'uploadId=u',
  CompleteMultipartUpload: 'uploadId=u',
  ListParts: 'uploadId=u',
  UploadPart: 'partNumber=1&uploadId=u',
  UploadPartCopy: 'partNumber=1&uploadId=u',
  GetBucketAnalyticsConfiguration: 'id=a',
  GetBucketIntelligentTieringConfiguration: 'id=a',
  GetBucketInventoryConfiguration: 'id=a',
  GetBucketMetricsConfiguration: 'id=a',
  GetObjectAnnotation: 'annotationName=a',
};

const operations = Object.values<unknown>(sdk)
  .filter(isOperation)
  .filter(([, , name]) => !ELSEWHERE.has(name))
  .map(([, , name, { http }]): readonly [string, string, string] => [name, http?.[0] ?? '', http?.[1] ?? '']);

test('the SDK tells its operations', () => {
  expect(operations.length).toBeGreaterThan(100);
});

test.each(operations)('%s has its name: %s %s', (name, method, address) => {
  const [path = '', query = ''] = address.split('?');
  const bucket = name === 'ListBuckets' ? '' : '/b';
  const parameters = [query, EXTRA[name] ?? ''].filter((part) => part !== '').join('&');
  const target = parseTarget(`${bucket}${path.replace('{Key+}', 'k')}?${parameters}`, 'localhost');
  expect(route(method, target, name.endsWith('Copy') || name === 'CopyObject').operation).toBe(name);
});

test('a version is named only where there can be one', () => {
  const target = parseTarget('/b/k?versionId=null', 'localhost');
  expect(() => route('PUT', target, false).handler({ query: target.query } as never)).toThrow('does not accept');
});
