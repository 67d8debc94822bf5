import { z } from 'zod';
import { type BucketSettings, DefaultEncryption, ObjectOwnership, PublicAccessBlock } from './bucket-settings';
import { notImplemented, S3Error } from './errors';
import { header, xmlReply, type Handler, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './receive-payload';
import { BUCKET_TAGS, checkedTags, parseTagging, taggingDocument } from './tagging';
import { parseDocument, s3Document } from './xml';

/** Deletes one of the bucket's configurations; succeeds whether or not there was one. */
export function deletesSetting(setting: keyof BucketSettings): Handler {
  return (call) => {
    const { settings } = call.store.bucket(call.bucket);
    if (settings[setting] !== null) {
      call.store.commit({ type: 'bucket-changed', bucket: call.bucket, changes: { [setting]: null } });
    }
    return { status: 204 };
  };
}

const ServerSideEncryptionConfiguration = z.strictObject({ Rule: z.tuple([DefaultEncryption]) });

/** What S3 does by default. */
const UNSET: DefaultEncryption = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
  BucketKeyEnabled: 'false',
};

/** PutBucketEncryption. */
export async function putBucketEncryption(call: S3Call): Promise<Reply> {
  const document = await receiveDocument(call);
  call.store.bucket(call.bucket);
  const configuration = parseDocument(document, 'ServerSideEncryptionConfiguration', ServerSideEncryptionConfiguration);
  const [encryption] = configuration.Rule;
  const { SSEAlgorithm, KMSMasterKeyID } = encryption.ApplyServerSideEncryptionByDefault;
  if (SSEAlgorithm === 'aws:kms:dsse') throw notImplemented('encryption by aws:kms:dsse');
  if (SSEAlgorithm === 'AES256' && KMSMasterKeyID !== undefined) {
    throw new S3Error(
      'InvalidArgument',
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      { ArgumentName: 'ApplyServerSideEncryptionByDefault' },
    );
  }
  call.store.commit({ type: 'bucket-changed', bucket: call.bucket, changes: { encryption } });
  return { status: 200 };
}

/** GetBucketEncryption: every bucket encrypts. */
export function getBucketEncryption(call: S3Call): Reply {
  const { encryption } = call.store.bucket(call.bucket).settings;
  return xmlReply(s3Document('ServerSideEncryptionConfiguration', { Rule: encryption ?? UNSET }));
}

/** PutBucketTagging. */
export async function putBucketTagging(call: S3Call): Promise<Reply> {
  const document = await receiveDocument(call);
  call.store.bucket(call.bucket);
  const tags = checkedTags(parseTagging(document), BUCKET_TAGS);
  const changes = { tags: tags.length === 0 ? null : tags };
  call.store.commit({ type: 'bucket-changed', bucket: call.bucket, changes });
  return { status: 204 };
}

/** GetBucketTagging. */
export function getBucketTagging(call: S3Call): Reply {
  const { tags } = call.store.bucket(call.bucket).settings;
  if (tags !== null) return xmlReply(taggingDocument(tags));
  throw new S3Error('NoSuchTagSet', 'The TagSet does not exist', { BucketName: call.bucket });
}

/** PutPublicAccessBlock. */
export async function putPublicAccessBlock(call: S3Call): Promise<Reply> {
  const document = await receiveDocument(call);
  call.store.bucket(call.bucket);
  const publicAccessBlock = parseDocument(document, 'PublicAccessBlockConfiguration', PublicAccessBlock);
  call.store.commit({ type: 'bucket-changed', bucket: call.bucket, changes: { publicAccessBlock } });
  return { status: 200 };
}

/** GetPublicAccessBlock. */
export function getPublicAccessBlock(call: S3Call): Reply {
  const { publicAccessBlock } = call.store.bucket(call.bucket).settings;
  if (publicAccessBlock !== null) return xmlReply(s3Document('PublicAccessBlockConfiguration', publicAccessBlock));
  throw new S3Error('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found', {
    BucketName: call.bucket,
  });
}

const OwnershipControls = z.strictObject({ Rule: z.tuple([z.strictObject({ ObjectOwnership })]) });

/** PutBucketOwnershipControls. */
export async function putBucketOwnershipControls(call: S3Call): Promise<Reply> {
  const document = await receiveDocument(call);
  call.store.bucket(call.bucket);
  const [rule] = parseDocument(document, 'OwnershipControls', OwnershipControls).Rule;
  call.store.commit({ type: 'bucket-changed', bucket: call.bucket, changes: { ownership: rule.ObjectOwnership } });
  return { status: 200 };
}

/** GetBucketOwnershipControls. */
export function getBucketOwnershipControls(call: S3Call): Reply {
  const { ownership } = call.store.bucket(call.bucket).settings;
  if (ownership !== null) return xmlReply(s3Document('OwnershipControls', { Rule: { ObjectOwnership: ownership } }));
  throw new S3Error('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found', {
    BucketName: call.bucket,
  });
}

/** The header of CreateBucket. @throws S3Error InvalidArgument */
export function requestedOwnership(call: S3Call): ObjectOwnership {
  const value = header(call, 'x-amz-object-ownership') ?? 'BucketOwnerEnforced';
  const parsed = ObjectOwnership.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new S3Error('InvalidArgument', `Invalid x-amz-object-ownership header: ${value}`, {
    ArgumentName: 'x-amz-object-ownership',
  });
}
