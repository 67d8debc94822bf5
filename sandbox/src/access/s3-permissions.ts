import type { CallFacts, Permission, PermissionTable } from './permission';

type Needs = (facts: CallFacts) => readonly Permission[];

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;

const onBucket =
  (action: string): Needs =>
  ({ bucket = '' }) => [{ action: `s3:${action}`, resource: bucketArn(bucket) }];

/** @param ofVersion the action where the call names a version */
const onObject =
  (action: string, ofVersion = action): Needs =>
  ({ bucket = '', key = '', versionId }) => [
    { action: `s3:${versionId === undefined ? action : ofVersion}`, resource: `${bucketArn(bucket)}/${key}` },
  ];

/** Further permissions that a request needs because of its headers. */
const byHeader =
  (needs: Needs, extra: Readonly<Record<string, Needs>>): Needs =>
  (facts) => [
    ...needs(facts),
    ...Object.entries(extra).flatMap(([header, further]) => (header in facts.headers ? further(facts) : [])),
  ];

const all =
  (...needs: readonly Needs[]): Needs =>
  (facts) =>
    needs.flatMap((need) => need(facts));

const writeObject = byHeader(onObject('PutObject'), {
  'x-amz-tagging': onObject('PutObjectTagging'),
  'x-amz-acl': onObject('PutObjectAcl'),
  'x-amz-object-lock-mode': onObject('PutObjectRetention'),
  'x-amz-object-lock-legal-hold': onObject('PutObjectLegalHold'),
});

const bypass = { 'x-amz-bypass-governance-retention': onObject('BypassGovernanceRetention') };

/** S3 user guide, "Required permissions for Amazon S3 API operations". */
export const S3_PERMISSIONS: PermissionTable = new Map([
  ['ListBuckets', () => [{ action: 's3:ListAllMyBuckets', resource: '*' }]],

  [
    'CreateBucket',
    byHeader(onBucket('CreateBucket'), {
      'x-amz-acl': onBucket('PutBucketAcl'),
      'x-amz-bucket-object-lock-enabled': all(
        onBucket('PutBucketObjectLockConfiguration'),
        onBucket('PutBucketVersioning'),
      ),
      'x-amz-object-ownership': onBucket('PutBucketOwnershipControls'),
    }),
  ],
  ['DeleteBucket', onBucket('DeleteBucket')],
  ['DeleteBucketEncryption', onBucket('PutEncryptionConfiguration')],
  ['DeleteBucketLifecycle', onBucket('PutLifecycleConfiguration')],
  ['DeleteBucketOwnershipControls', onBucket('PutBucketOwnershipControls')],
  ['DeleteBucketPolicy', onBucket('DeleteBucketPolicy')],
  ['DeleteBucketTagging', onBucket('PutBucketTagging')],
  ['DeletePublicAccessBlock', onBucket('PutBucketPublicAccessBlock')],
  ['GetBucketEncryption', onBucket('GetEncryptionConfiguration')],
  ['GetBucketLifecycleConfiguration', onBucket('GetLifecycleConfiguration')],
  ['GetBucketLocation', onBucket('GetBucketLocation')],
  ['GetBucketOwnershipControls', onBucket('GetBucketOwnershipControls')],
  ['GetBucketPolicy', onBucket('GetBucketPolicy')],
  ['GetBucketTagging', onBucket('GetBucketTagging')],
  ['GetBucketVersioning', onBucket('GetBucketVersioning')],
  ['GetObjectLockConfiguration', onBucket('GetBucketObjectLockConfiguration')],
  ['GetPublicAccessBlock', onBucket('GetBucketPublicAccessBlock')],
  ['HeadBucket', onBucket('ListBucket')],
  ['ListMultipartUploads', onBucket('ListBucketMultipartUploads')],
  ['ListObjectVersions', onBucket('ListBucketVersions')],
  ['ListObjectsV2', onBucket('ListBucket')],
  ['PutBucketEncryption', onBucket('PutEncryptionConfiguration')],
  ['PutBucketLifecycleConfiguration', onBucket('PutLifecycleConfiguration')],
  ['PutBucketOwnershipControls', onBucket('PutBucketOwnershipControls')],
  ['PutBucketPolicy', onBucket('PutBucketPolicy')],
  ['PutBucketTagging', onBucket('PutBucketTagging')],
  ['PutBucketVersioning', onBucket('PutBucketVersioning')],
  ['PutObjectLockConfiguration', onBucket('PutBucketObjectLockConfiguration')],
  ['PutPublicAccessBlock', onBucket('PutBucketPublicAccessBlock')],

  ['AbortMultipartUpload', onObject('AbortMultipartUpload')],
  ['CompleteMultipartUpload', onObject('PutObject')],
  ['CreateMultipartUpload', writeObject],
  ['DeleteObject', byHeader(onObject('DeleteObject', 'DeleteObjectVersion'), bypass)],
  // Each of its keys is a DeleteObject, rejected on its own in the answer; the call itself needs nothing.
  ['DeleteObjects', () => []],
  ['DeleteObjectTagging', onObject('DeleteObjectTagging', 'DeleteObjectVersionTagging')],
  ['GetObject', onObject('GetObject', 'GetObjectVersion')],
  ['GetObjectTagging', onObject('GetObjectTagging', 'GetObjectVersionTagging')],
  ['HeadObject', onObject('GetObject', 'GetObjectVersion')],
  ['ListParts', onObject('ListMultipartUploadParts')],
  ['PutObject', writeObject],
  ['PutObjectTagging', onObject('PutObjectTagging', 'PutObjectVersionTagging')],
  ['RestoreObject', onObject('RestoreObject')],
  ['UploadPart', onObject('PutObject')],
]);
