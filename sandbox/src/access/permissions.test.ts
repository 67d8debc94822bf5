import { ROUTES } from '../glacier/routes';
import { SUBSCRIPTION_OPERATIONS } from '../messaging/sns/subscription-operations';
import { TOPIC_OPERATIONS } from '../messaging/sns/topic-operations';
import { MESSAGE_OPERATIONS } from '../messaging/sqs/message-operations';
import { QUEUE_OPERATIONS } from '../messaging/sqs/queue-operations';
import { ACCOUNT_ROUTES, BUCKET_ROUTES, OBJECT_ROUTES } from '../s3/routes';
import type { ServiceName } from '../service';
import type { CallFacts } from './permission';
import { PERMISSIONS, permissionsFor } from './permissions';

const facts: CallFacts = { accountId: '111122223333', region: 'eu-west-1', headers: {} };

const VAULT = 'arn:aws:glacier:eu-west-1:111122223333:vaults/photos';
const BUCKET = 'arn:aws:s3:::photos';
const OBJECT = `${BUCKET}/a/b c.tar`;
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:jobs';
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:jobs';
const NAMES = { vault: 'photos', bucket: 'photos', key: 'a/b c.tar', topic: 'jobs', queue: 'jobs' };

it.each<[ServiceName, readonly string[]]>([
  // One route stands for two operations, which are told apart by a parameter.
  ['glacier', ROUTES.flatMap(({ operation }) => operation.split(' or '))],
  ['s3', [ACCOUNT_ROUTES, BUCKET_ROUTES, OBJECT_ROUTES].flatMap(Object.values).map(({ operation }) => operation)],
  ['sns', [...TOPIC_OPERATIONS.keys(), ...SUBSCRIPTION_OPERATIONS.keys()]],
  ['sqs', [...QUEUE_OPERATIONS.keys(), ...MESSAGE_OPERATIONS.keys()]],
])('every operation of %s has its permissions', (service, operations) => {
  expect(operations.filter((operation) => !PERMISSIONS[service].has(operation))).toEqual([]);
});

it('an operation that the sandbox does not implement has no permissions', () => {
  expect(permissionsFor('s3', 'PutBucketWebsite', facts)).toBeNull();
});

it.each<[ServiceName, string, Partial<CallFacts>, string[]]>([
  ['glacier', 'InitiateJob', {}, [`glacier:InitiateJob ${VAULT}`]],
  ['glacier', 'UploadMultipartPart', {}, [`glacier:UploadMultipartPart ${VAULT}`]],
  ['glacier', 'ListVaults', {}, ['glacier:ListVaults *']],
  [
    'glacier',
    'SetDataRetrievalPolicy',
    {},
    ['glacier:SetDataRetrievalPolicy arn:aws:glacier:eu-west-1:111122223333:policies/retrieval-limit-policy'],
  ],
  ['s3', 'ListBuckets', {}, ['s3:ListAllMyBuckets *']],
  ['s3', 'HeadBucket', {}, [`s3:ListBucket ${BUCKET}`]],
  ['s3', 'ListObjectsV2', {}, [`s3:ListBucket ${BUCKET}`]],
  ['s3', 'ListMultipartUploads', {}, [`s3:ListBucketMultipartUploads ${BUCKET}`]],
  ['s3', 'GetBucketLifecycleConfiguration', {}, [`s3:GetLifecycleConfiguration ${BUCKET}`]],
  ['s3', 'DeleteBucketLifecycle', {}, [`s3:PutLifecycleConfiguration ${BUCKET}`]],
  ['s3', 'GetObject', {}, [`s3:GetObject ${OBJECT}`]],
  ['s3', 'HeadObject', {}, [`s3:GetObject ${OBJECT}`]],
  ['s3', 'HeadObject', { versionId: 'v1' }, [`s3:GetObjectVersion ${OBJECT}`]],
  ['s3', 'PutObject', {}, [`s3:PutObject ${OBJECT}`]],
  [
    's3',
    'CreateMultipartUpload',
    {
      headers: {
        'x-amz-tagging': 'a=b',
        'x-amz-acl': 'private',
        'x-amz-object-lock-mode': 'GOVERNANCE',
        'x-amz-object-lock-legal-hold': 'ON',
      },
    },
    ['PutObject', 'PutObjectTagging', 'PutObjectAcl', 'PutObjectRetention', 'PutObjectLegalHold'].map(
      (action) => `s3:${action} ${OBJECT}`,
    ),
  ],
  ['s3', 'UploadPart', { headers: { 'x-amz-tagging': 'a=b' } }, [`s3:PutObject ${OBJECT}`]],
  ['s3', 'CompleteMultipartUpload', {}, [`s3:PutObject ${OBJECT}`]],
  ['s3', 'ListParts', {}, [`s3:ListMultipartUploadParts ${OBJECT}`]],
  ['s3', 'DeleteObject', { versionId: 'v1' }, [`s3:DeleteObjectVersion ${OBJECT}`]],
  ['s3', 'DeleteObjects', {}, []],
  [
    's3',
    'CreateBucket',
    { headers: { 'x-amz-bucket-object-lock-enabled': 'true' } },
    ['CreateBucket', 'PutBucketObjectLockConfiguration', 'PutBucketVersioning'].map(
      (action) => `s3:${action} ${BUCKET}`,
    ),
  ],
  ['sns', 'Publish', {}, [`sns:Publish ${TOPIC}`]],
  ['sns', 'Unsubscribe', {}, ['sns:Unsubscribe *']],
  ['sqs', 'ReceiveMessage', {}, [`sqs:ReceiveMessage ${QUEUE}`]],
  ['sqs', 'DeleteMessageBatch', {}, [`sqs:DeleteMessage ${QUEUE}`]],
  ['sqs', 'ListQueues', {}, ['sqs:ListQueues *']],
])('the permissions of %s %s with %j', (service, operation, more, expected) => {
  const permissions = permissionsFor(service, operation, { ...facts, ...NAMES, ...more });
  expect(permissions?.map(({ action, resource }) => `${action} ${resource}`)).toEqual(expected);
});
