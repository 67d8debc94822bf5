import { getBucketAcl, getObjectAcl, putBucketAcl, putObjectAcl } from './acl';
import { getBucketEncryption, putBucketEncryption } from './bucket-encryption';
import { getBucketPolicy, getBucketPolicyStatus, putBucketPolicy } from './bucket-policy';
import { getBucketTagging, putBucketTagging } from './bucket-tagging';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets';
import { completeMultipartUpload } from './complete';
import { deleteObject, deleteObjects } from './delete-objects';
import { notImplemented, S3Error } from './errors';
import { getObject, headObject } from './get-object';
import { getBucketLifecycleConfiguration, putBucketLifecycleConfiguration } from './lifecycle';
import { listObjects, listObjectsV2 } from './list-objects';
import { listMultipartUploads, listParts } from './list-uploads';
import { listObjectVersions } from './list-versions';
import { abortMultipartUpload, createMultipartUpload, uploadPart } from './multipart';
import { getObjectAttributes } from './object-attributes';
import { getObjectLockConfiguration, putObjectLockConfiguration } from './object-lock';
import { getBucketOwnershipControls, putBucketOwnershipControls } from './ownership';
import { getPublicAccessBlock, putPublicAccessBlock } from './public-access';
import { putObject } from './put-object';
import { REFUSED_BUCKET_ROUTES, REFUSED_OBJECT_ROUTES } from './refused-routes';
import type { RequestTarget } from './request-target';
import { restoreObject } from './restore';
import { getObjectLegalHold, getObjectRetention, putObjectLegalHold, putObjectRetention } from './retention';
import type { Handler } from './s3-call';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging';
import { alwaysAsNew, deletes, deletesNothing, neverSet } from './unset-configurations';
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
  GET: { operation: 'ListObjects', handler: listObjects },
  'GET list-type': { operation: 'ListObjectsV2', handler: listObjectsV2 },
  'GET versions': { operation: 'ListObjectVersions', handler: listObjectVersions },
  'GET uploads': { operation: 'ListMultipartUploads', handler: listMultipartUploads },
  'POST delete': { operation: 'DeleteObjects', handler: deleteObjects },
  'GET location': { operation: 'GetBucketLocation', handler: getBucketLocation },
  'PUT versioning': { operation: 'PutBucketVersioning', handler: putBucketVersioning },
  'GET versioning': { operation: 'GetBucketVersioning', handler: getBucketVersioning },
  'PUT lifecycle': { operation: 'PutBucketLifecycleConfiguration', handler: putBucketLifecycleConfiguration },
  'GET lifecycle': { operation: 'GetBucketLifecycleConfiguration', handler: getBucketLifecycleConfiguration },
  'DELETE lifecycle': { operation: 'DeleteBucketLifecycle', handler: deletes('lifecycle') },
  'PUT encryption': { operation: 'PutBucketEncryption', handler: putBucketEncryption },
  'GET encryption': { operation: 'GetBucketEncryption', handler: getBucketEncryption },
  'DELETE encryption': { operation: 'DeleteBucketEncryption', handler: deletes('encryption') },
  'PUT object-lock': { operation: 'PutObjectLockConfiguration', handler: putObjectLockConfiguration },
  'GET object-lock': { operation: 'GetObjectLockConfiguration', handler: getObjectLockConfiguration },
  'PUT policy': { operation: 'PutBucketPolicy', handler: putBucketPolicy },
  'GET policy': { operation: 'GetBucketPolicy', handler: getBucketPolicy },
  'DELETE policy': { operation: 'DeleteBucketPolicy', handler: deletes('policy') },
  'GET policyStatus': { operation: 'GetBucketPolicyStatus', handler: getBucketPolicyStatus },
  'PUT tagging': { operation: 'PutBucketTagging', handler: putBucketTagging },
  'GET tagging': { operation: 'GetBucketTagging', handler: getBucketTagging },
  'DELETE tagging': { operation: 'DeleteBucketTagging', handler: deletes('tags') },
  'PUT publicAccessBlock': { operation: 'PutPublicAccessBlock', handler: putPublicAccessBlock },
  'GET publicAccessBlock': { operation: 'GetPublicAccessBlock', handler: getPublicAccessBlock },
  'DELETE publicAccessBlock': { operation: 'DeletePublicAccessBlock', handler: deletes('publicAccessBlock') },
  'PUT ownershipControls': { operation: 'PutBucketOwnershipControls', handler: putBucketOwnershipControls },
  'GET ownershipControls': { operation: 'GetBucketOwnershipControls', handler: getBucketOwnershipControls },
  'DELETE ownershipControls': { operation: 'DeleteBucketOwnershipControls', handler: deletes('ownership') },
  'PUT acl': { operation: 'PutBucketAcl', handler: putBucketAcl },
  'GET acl': { operation: 'GetBucketAcl', handler: getBucketAcl },
  'GET accelerate': { operation: 'GetBucketAccelerateConfiguration', handler: alwaysAsNew('AccelerateConfiguration') },
  'GET cors': {
    operation: 'GetBucketCors',
    handler: neverSet('NoSuchCORSConfiguration', 'The CORS configuration does not exist'),
  },
  'DELETE cors': { operation: 'DeleteBucketCors', handler: deletesNothing },
  'GET logging': { operation: 'GetBucketLogging', handler: alwaysAsNew('BucketLoggingStatus') },
  'GET notification': {
    operation: 'GetBucketNotificationConfiguration',
    handler: alwaysAsNew('NotificationConfiguration'),
  },
  'GET replication': {
    operation: 'GetBucketReplication',
    handler: neverSet('ReplicationConfigurationNotFoundError', 'The replication configuration was not found'),
  },
  'DELETE replication': { operation: 'DeleteBucketReplication', handler: deletesNothing },
  'GET requestPayment': {
    operation: 'GetBucketRequestPayment',
    handler: alwaysAsNew('RequestPaymentConfiguration', { Payer: 'BucketOwner' }),
  },
  'GET website': {
    operation: 'GetBucketWebsite',
    handler: neverSet('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'),
  },
  'DELETE website': { operation: 'DeleteBucketWebsite', handler: deletesNothing },
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
  'PUT retention': { operation: 'PutObjectRetention', handler: putObjectRetention },
  'GET retention': { operation: 'GetObjectRetention', handler: getObjectRetention },
  'PUT legal-hold': { operation: 'PutObjectLegalHold', handler: putObjectLegalHold },
  'GET legal-hold': { operation: 'GetObjectLegalHold', handler: getObjectLegalHold },
  'PUT acl': { operation: 'PutObjectAcl', handler: putObjectAcl },
  'GET acl': { operation: 'GetObjectAcl', handler: getObjectAcl },
  'POST restore': { operation: 'RestoreObject', handler: restoreObject },
};

export const ACCOUNT_ROUTES: Table = { GET: { operation: 'ListBuckets', handler: listBuckets } };

/** Operations that write a version or speak of none: the rest may name one by `versionId`. */
const WITHOUT_VERSION = new Set([
  'PutObject',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
  'ListParts',
]);

const SCOPES = {
  Service: { routes: ACCOUNT_ROUTES, refused: {} },
  Bucket: { routes: BUCKET_ROUTES, refused: REFUSED_BUCKET_ROUTES },
  Object: { routes: OBJECT_ROUTES, refused: REFUSED_OBJECT_ROUTES },
} as const;

const selectorsOf = ({ routes, refused }: (typeof SCOPES)[keyof typeof SCOPES]): ReadonlySet<string> =>
  new Set([...Object.keys(routes), ...Object.keys(refused)].map((place) => place.split(' ')[1] ?? ''));

const SELECTORS = {
  Service: selectorsOf(SCOPES.Service),
  Bucket: selectorsOf(SCOPES.Bucket),
  Object: selectorsOf(SCOPES.Object),
};

/** Operation and handler of a request; what is not implemented has a handler that says so. */
export function route(method: string, { bucket, key, query }: RequestTarget, copies: boolean): Route {
  const scope = key !== '' ? 'Object' : bucket !== '' ? 'Bucket' : 'Service';
  const selector = [...query.keys()].find((name) => SELECTORS[scope].has(name));
  if (copies) return refusal(selector === undefined ? 'CopyObject' : 'UploadPartCopy');
  const { routes, refused } = SCOPES[scope];
  const place = selector === undefined ? method : `${method} ${selector}`;
  const named: Readonly<Record<string, string>> = refused;
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
