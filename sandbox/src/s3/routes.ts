import {
  deletesSetting,
  getBucketEncryption,
  getBucketOwnershipControls,
  getBucketTagging,
  getPublicAccessBlock,
  putBucketEncryption,
  putBucketOwnershipControls,
  putBucketTagging,
  putPublicAccessBlock,
} from './bucket-configurations';
import { getBucketPolicy, putBucketPolicy } from './bucket-policy';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets';
import { completeMultipartUpload } from './complete';
import { deleteObject, deleteObjects } from './delete-objects';
import { notImplemented, S3Error } from './errors';
import { getObject, headObject } from './get-object';
import { getBucketLifecycleConfiguration, putBucketLifecycleConfiguration } from './lifecycle';
import { listObjectsV2 } from './list-objects';
import { listMultipartUploads, listParts } from './list-uploads';
import { listObjectVersions } from './list-versions';
import { abortMultipartUpload, createMultipartUpload, uploadPart } from './multipart';
import { getObjectLockConfiguration, putObjectLockConfiguration } from './object-lock';
import { putObject } from './put-object';
import { MISSING_BUCKET_OPERATIONS, MISSING_OBJECT_OPERATIONS } from './missing-operations';
import type { RequestTarget } from './request-target';
import { restoreObject } from './restore';
import type { Handler } from './s3-call';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging';
import { isKnownParameter } from './unsupported';
import { getBucketVersioning, putBucketVersioning } from './versioning';

export interface Route {
  /** The API's name of the operation. */
  readonly operation: string;
  readonly handler: Handler;
}

/** Operation and handler by method and the query parameter that makes it another operation. */
type Table = Readonly<Record<string, Route>>;

export const BUCKET_ROUTES: Table = {
  PUT: { operation: 'CreateBucket', handler: createBucket },
  HEAD: { operation: 'HeadBucket', handler: headBucket },
  DELETE: { operation: 'DeleteBucket', handler: deleteBucket },
  'GET list-type': { operation: 'ListObjectsV2', handler: listObjectsV2 },
  'GET versions': { operation: 'ListObjectVersions', handler: listObjectVersions },
  'GET uploads': { operation: 'ListMultipartUploads', handler: listMultipartUploads },
  'POST delete': { operation: 'DeleteObjects', handler: deleteObjects },
  'GET location': { operation: 'GetBucketLocation', handler: getBucketLocation },
  'PUT versioning': { operation: 'PutBucketVersioning', handler: putBucketVersioning },
  'GET versioning': { operation: 'GetBucketVersioning', handler: getBucketVersioning },
  'PUT lifecycle': { operation: 'PutBucketLifecycleConfiguration', handler: putBucketLifecycleConfiguration },
  'GET lifecycle': { operation: 'GetBucketLifecycleConfiguration', handler: getBucketLifecycleConfiguration },
  'DELETE lifecycle': { operation: 'DeleteBucketLifecycle', handler: deletesSetting('lifecycle') },
  'PUT encryption': { operation: 'PutBucketEncryption', handler: putBucketEncryption },
  'GET encryption': { operation: 'GetBucketEncryption', handler: getBucketEncryption },
  'DELETE encryption': { operation: 'DeleteBucketEncryption', handler: deletesSetting('encryption') },
  'PUT object-lock': { operation: 'PutObjectLockConfiguration', handler: putObjectLockConfiguration },
  'GET object-lock': { operation: 'GetObjectLockConfiguration', handler: getObjectLockConfiguration },
  'PUT policy': { operation: 'PutBucketPolicy', handler: putBucketPolicy },
  'GET policy': { operation: 'GetBucketPolicy', handler: getBucketPolicy },
  'DELETE policy': { operation: 'DeleteBucketPolicy', handler: deletesSetting('policy') },
  'PUT tagging': { operation: 'PutBucketTagging', handler: putBucketTagging },
  'GET tagging': { operation: 'GetBucketTagging', handler: getBucketTagging },
  'DELETE tagging': { operation: 'DeleteBucketTagging', handler: deletesSetting('tags') },
  'PUT publicAccessBlock': { operation: 'PutPublicAccessBlock', handler: putPublicAccessBlock },
  'GET publicAccessBlock': { operation: 'GetPublicAccessBlock', handler: getPublicAccessBlock },
  'DELETE publicAccessBlock': { operation: 'DeletePublicAccessBlock', handler: deletesSetting('publicAccessBlock') },
  'PUT ownershipControls': { operation: 'PutBucketOwnershipControls', handler: putBucketOwnershipControls },
  'GET ownershipControls': { operation: 'GetBucketOwnershipControls', handler: getBucketOwnershipControls },
  'DELETE ownershipControls': { operation: 'DeleteBucketOwnershipControls', handler: deletesSetting('ownership') },
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
  'GET tagging': { operation: 'GetObjectTagging', handler: getObjectTagging },
  'PUT tagging': { operation: 'PutObjectTagging', handler: putObjectTagging },
  'DELETE tagging': { operation: 'DeleteObjectTagging', handler: deleteObjectTagging },
  'POST restore': { operation: 'RestoreObject', handler: restoreObject },
};

export const ACCOUNT_ROUTES: Table = { GET: { operation: 'ListBuckets', handler: listBuckets } };

/** Operations that write a version or involve none: all others may name one by `versionId`. */
const WITHOUT_VERSION = new Set([
  'PutObject',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
  'ListParts',
]);

const SCOPES = {
  Service: { routes: ACCOUNT_ROUTES, missing: {} },
  Bucket: { routes: BUCKET_ROUTES, missing: MISSING_BUCKET_OPERATIONS },
  Object: { routes: OBJECT_ROUTES, missing: MISSING_OBJECT_OPERATIONS },
} as const;

const selectorsOf = ({ routes, missing }: (typeof SCOPES)[keyof typeof SCOPES]): ReadonlySet<string> =>
  new Set([...Object.keys(routes), ...Object.keys(missing)].map((place) => place.split(' ')[1] ?? ''));

const SELECTORS = {
  Service: selectorsOf(SCOPES.Service),
  Bucket: selectorsOf(SCOPES.Bucket),
  Object: selectorsOf(SCOPES.Object),
};

/** Operation and handler of a request; the handler of an operation that is not implemented says so. */
export function route(method: string, { bucket, key, query }: RequestTarget, copies: boolean): Route {
  const scope = key !== '' ? 'Object' : bucket !== '' ? 'Bucket' : 'Service';
  const selector = [...query.keys()].find((name) => SELECTORS[scope].has(name));
  if (copies) return refusal(selector === undefined ? 'CopyObject' : 'UploadPartCopy');
  const { routes, missing } = SCOPES[scope];
  const place = selector === undefined ? method : `${method} ${selector}`;
  const named: Readonly<Record<string, string>> = missing;
  const one = [...query.keys()].map((name) => named[`${place} ${name}`]).find((name) => name !== undefined);
  const refusedName = one ?? named[place];
  if (refusedName !== undefined) return refusal(refusedName);
  const found = routes[place];
  if (found === undefined) return { operation: 'Unknown', handler: () => methodNotAllowed(method) };
  const { operation } = found;
  const unknown = [...query.keys()].find((name) => name !== selector && !isKnownParameter(name));
  if (unknown !== undefined) return refusal(operation, `the parameter ${unknown} of ${operation}`);
  if (query.has('versionId') && (scope !== 'Object' || WITHOUT_VERSION.has(operation))) {
    return { operation, handler: () => versionNotAccepted(query) };
  }
  return found;
}

const refusal = (operation: string, what = operation): Route => ({
  operation,
  handler: () => {
    throw notImplemented(what);
  },
});

function methodNotAllowed(method: string): never {
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    Method: method,
  });
}

function versionNotAccepted(query: URLSearchParams): never {
  throw new S3Error('InvalidArgument', 'This operation does not accept a version-id.', {
    ArgumentName: 'versionId',
    ArgumentValue: query.get('versionId') ?? '',
  });
}
