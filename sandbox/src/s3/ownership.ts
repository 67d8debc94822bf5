import { z } from 'zod';
import { S3Error } from './errors';
import { header, xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { parseDocument, s3Document } from './xml';

/** There is one account, so that all of them mean the same here, but for the answer to an ACL. */
const ObjectOwnership = z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']);
export type ObjectOwnership = z.infer<typeof ObjectOwnership>;
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
