import { createBucket, deleteBucket, getBucketLocation, getBucketVersioning, headBucket, listBuckets } from './buckets';
import { completeMultipartUpload } from './complete';
import { deleteObject, deleteObjects } from './delete-objects';
import { notImplemented, S3Error } from './errors';
import { getObject, headObject } from './get-object';
import { listMultipartUploads, listParts } from './list-uploads';
import { listObjects, listObjectsV2 } from './list-objects';
import { abortMultipartUpload, createMultipartUpload, uploadPart } from './multipart';
import { getObjectAttributes } from './object-attributes';
import { putObject } from './put-object';
import { restoreObject } from './restore';
import type { Handler } from './s3-call';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging';
import type { RequestTarget } from './request-target';
import { unknownParameter } from './unsupported';

export interface Route {
  /** The API's name of the operation. */
  readonly operation: string;
  readonly handler: Handler;
}

type Table = Readonly<Record<string, Route>>;

/** By method and the query parameter that makes it another operation. */
export const BUCKET_ROUTES: Table = {
  PUT: { operation: 'CreateBucket', handler: createBucket },
  HEAD: { operation: 'HeadBucket', handler: headBucket },
  DELETE: { operation: 'DeleteBucket', handler: deleteBucket },
  GET: { operation: 'ListObjects', handler: listObjects },
  'GET list-type': { operation: 'ListObjectsV2', handler: listObjectsV2 },
  'GET location': { operation: 'GetBucketLocation', handler: getBucketLocation },
  'GET versioning': { operation: 'GetBucketVersioning', handler: getBucketVersioning },
  'GET uploads': { operation: 'ListMultipartUploads', handler: listMultipartUploads },
  'POST delete': { operation: 'DeleteObjects', handler: deleteObjects },
};

export const OBJECT_ROUTES: Table = {
  PUT: { operation: 'PutObject', handler: putObject },
  GET: { operation: 'GetObject', handler: getObject },
  HEAD: { operation: 'HeadObject', handler: headObject },
  DELETE: { operation: 'DeleteObject', handler: deleteObject },
  'POST uploads': { operation: 'CreateMultipartUpload', handler: createMultipartUpload },
  'PUT uploadId': { operation: 'UploadPart', handler: uploadPart },
  'POST uploadId': { operation: 'CompleteMultipartUpload', handler: completeMultipartUpload },
  'DELETE uploadId': { operation: 'AbortMultipartUpload', handler: abortMultipartUpload },
  'GET uploadId': { operation: 'ListParts', handler: listParts },
  'GET attributes': { operation: 'GetObjectAttributes', handler: getObjectAttributes },
  'GET tagging': { operation: 'GetObjectTagging', handler: getObjectTagging },
  'PUT tagging': { operation: 'PutObjectTagging', handler: putObjectTagging },
  'DELETE tagging': { operation: 'DeleteObjectTagging', handler: deleteObjectTagging },
  'POST restore': { operation: 'RestoreObject', handler: restoreObject },
};

export const ACCOUNT_ROUTES: Table = { GET: { operation: 'ListBuckets', handler: listBuckets } };

/** Parameters that select an operation. */
const SELECTORS = [
  'list-type',
  'location',
  'versioning',
  'uploads',
  'delete',
  'uploadId',
  'attributes',
  'tagging',
  'restore',
];

const VERBS: Readonly<Record<string, string>> = {
  GET: 'Get',
  HEAD: 'Head',
  PUT: 'Put',
  POST: 'Post',
  DELETE: 'Delete',
};

/** Names of operations that `verb + scope + parameter` does not give. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  GetBucketVersions: 'ListObjectVersions',
  GetBucketLifecycle: 'GetBucketLifecycleConfiguration',
  PutBucketLifecycle: 'PutBucketLifecycleConfiguration',
  PostObjectSelect: 'SelectObjectContent',
  GetObjectVersionId: 'GetObjectVersion',
};

/** Operation and handler of a request; an operation that is not implemented has a handler that says so. */
export function route(method: string, target: RequestTarget, copies: boolean): Route {
  const scope = target.key !== '' ? 'Object' : target.bucket !== '' ? 'Bucket' : 'Service';
  const unknown = unknownParameter(target.query);
  if (unknown !== null) return refusal(method, scope, unknown);
  const selector = SELECTORS.find((name) => target.query.has(name));
  if (copies) return unimplemented(selector === undefined ? 'CopyObject' : 'UploadPartCopy');
  const routes = { Service: ACCOUNT_ROUTES, Bucket: BUCKET_ROUTES, Object: OBJECT_ROUTES }[scope];
  const found = routes[selector === undefined ? method : `${method} ${selector}`];
  if (found !== undefined) return found;
  return selector === undefined ? methodNotAllowed(method) : refusal(method, scope, selector);
}

function refusal(method: string, scope: string, parameter: string): Route {
  const words = parameter.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const name = `${VERBS[method] ?? method}${scope}${words.join('')}`;
  return unimplemented(OTHER_NAMES[name] ?? name);
}

const unimplemented = (operation: string): Route => ({
  operation,
  handler: () => {
    throw notImplemented(operation);
  },
});

const methodNotAllowed = (method: string): Route => ({
  operation: 'Unknown',
  handler: () => {
    throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      Method: method,
    });
  },
});
