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

type Table = Readonly<Record<string, Handler>>;

/** By method and the query parameter that makes it another operation. */
const BUCKET_ROUTES: Readonly<Record<string, Table>> = {
  PUT: { CreateBucket: createBucket },
  HEAD: { HeadBucket: headBucket },
  DELETE: { DeleteBucket: deleteBucket },
  GET: { ListObjects: listObjects },
  'GET list-type': { ListObjectsV2: listObjectsV2 },
  'GET location': { GetBucketLocation: getBucketLocation },
  'GET versioning': { GetBucketVersioning: getBucketVersioning },
  'GET uploads': { ListMultipartUploads: listMultipartUploads },
  'POST delete': { DeleteObjects: deleteObjects },
};

const OBJECT_ROUTES: Readonly<Record<string, Table>> = {
  PUT: { PutObject: putObject },
  GET: { GetObject: getObject },
  HEAD: { HeadObject: headObject },
  DELETE: { DeleteObject: deleteObject },
  'POST uploads': { CreateMultipartUpload: createMultipartUpload },
  'PUT uploadId': { UploadPart: uploadPart },
  'POST uploadId': { CompleteMultipartUpload: completeMultipartUpload },
  'DELETE uploadId': { AbortMultipartUpload: abortMultipartUpload },
  'GET uploadId': { ListParts: listParts },
  'GET attributes': { GetObjectAttributes: getObjectAttributes },
  'GET tagging': { GetObjectTagging: getObjectTagging },
  'PUT tagging': { PutObjectTagging: putObjectTagging },
  'DELETE tagging': { DeleteObjectTagging: deleteObjectTagging },
  'POST restore': { RestoreObject: restoreObject },
};

const ACCOUNT_ROUTES: Readonly<Record<string, Table>> = { GET: { ListBuckets: listBuckets } };

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
  const scope = target.bucket === '' ? 'Service' : target.key === '' ? 'Bucket' : 'Object';
  const unknown = unknownParameter(target.query);
  if (unknown !== null) return refusal(method, scope, unknown);
  const selector = SELECTORS.find((name) => target.query.has(name));
  if (copies) return unimplemented(selector === undefined ? 'CopyObject' : 'UploadPartCopy');
  const routes = { Service: ACCOUNT_ROUTES, Bucket: BUCKET_ROUTES, Object: OBJECT_ROUTES }[scope];
  const entry = Object.entries(routes[selector === undefined ? method : `${method} ${selector}`] ?? {})[0];
  if (entry !== undefined) return { operation: entry[0], handler: entry[1] };
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
