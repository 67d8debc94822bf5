import { z } from 'zod';
import { checkedTags } from './object-settings';
import { xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { parseDocument, s3Document } from './xml';

const Tagging = z.strictObject({
  TagSet: z
    .union([z.strictObject({ Tag: z.array(z.strictObject({ Key: z.string(), Value: z.string() })) }), z.literal('')])
    .transform((set) => (set === '' ? [] : set.Tag)),
});

/** GetObjectTagging. */
export function getObjectTagging(call: S3Call): Reply {
  const { tags } = call.store.object(call.bucket, call.key);
  return xmlReply(
    s3Document('Tagging', { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } }),
  );
}

/** PutObjectTagging. */
export async function putObjectTagging(call: S3Call): Promise<Reply> {
  const { TagSet } = parseDocument(await receiveDocument(call), 'Tagging', Tagging);
  call.store.object(call.bucket, call.key);
  const tags = checkedTags(TagSet.map(({ Key, Value }) => ({ key: Key, value: Value })));
  call.store.commit({ type: 'object-tagged', bucket: call.bucket, key: call.key, tags });
  return { status: 200 };
}

/** DeleteObjectTagging. */
export function deleteObjectTagging(call: S3Call): Reply {
  call.store.object(call.bucket, call.key);
  call.store.commit({ type: 'object-tagged', bucket: call.bucket, key: call.key, tags: [] });
  return { status: 204 };
}
