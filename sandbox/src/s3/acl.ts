import { notImplemented, S3Error } from './errors';
import { owner } from './owner';
import { requestedObject, requestedTarget, versionHeader } from './requested-version';
import { header, xmlReply, type Reply, type S3Call } from './s3-call';
import { s3Document } from './xml';

/** GetBucketAcl: the owner has everything. */
export function getBucketAcl(call: S3Call): Reply {
  call.store.bucket(call.bucket);
  return xmlReply(privateAcl(call));
}

/** GetObjectAcl: the owner has everything. */
export function getObjectAcl(call: S3Call): Reply {
  const object = requestedObject(call);
  return xmlReply(privateAcl(call), versionHeader(call, object));
}

/** PutBucketAcl: `private` is what every bucket has. */
export function putBucketAcl(call: S3Call): Reply {
  assertPrivate(call);
  return { status: 200 };
}

/** PutObjectAcl: as {@link putBucketAcl}. */
export function putObjectAcl(call: S3Call): Reply {
  const object = requestedTarget(call);
  assertPrivate(call);
  return { status: 200, headers: versionHeader(call, object) };
}

/** Other values of x-amz-acl are refused before, with all headers. */
function assertPrivate(call: S3Call): void {
  const { ownership } = call.store.bucket(call.bucket).settings;
  if (header(call, 'x-amz-acl') !== undefined) return;
  if (ownership === 'BucketOwnerEnforced') {
    throw new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
  throw notImplemented('access control lists other than private');
}

const privateAcl = (call: S3Call): string =>
  s3Document('AccessControlPolicy', {
    Owner: owner(call),
    AccessControlList: {
      Grant: {
        Grantee: {
          '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          '@xsi:type': 'CanonicalUser',
          ...owner(call),
        },
        Permission: 'FULL_CONTROL',
      },
    },
  });
