import { S3Error } from './errors';
import { xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { checkedTags, BUCKET_TAGS, parseTagging, taggingDocument } from './tagging-document';

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
