import type { Tag } from './model';
import { requestedTarget, versionHeader } from './requested-version';
import { xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { checkedTags, OBJECT_TAGS, parseTagging, taggingDocument } from './tagging-document';

/** GetObjectTagging. */
export function getObjectTagging(call: S3Call): Reply {
  const object = requestedTarget(call);
  return xmlReply(taggingDocument(object.tags), versionHeader(call, object));
}

/** PutObjectTagging. */
export async function putObjectTagging(call: S3Call): Promise<Reply> {
  const tags = checkedTags(parseTagging(await receiveDocument(call)), OBJECT_TAGS);
  return tag(call, tags, 200);
}

/** DeleteObjectTagging. */
export const deleteObjectTagging = (call: S3Call): Reply => tag(call, [], 204);

function tag(call: S3Call, tags: readonly Tag[], status: number): Reply {
  const { bucket, key } = call;
  const object = requestedTarget(call);
  call.store.commit({ type: 'object-tagged', bucket, key, versionId: object.versionId, tags });
  return { status, headers: versionHeader(call, object) };
}
