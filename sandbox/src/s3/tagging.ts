import { z } from 'zod';
import { S3Error } from './errors';
import type { Tag } from './model';
import { receiveDocument } from './receive-payload';
import { requestedTarget, versionHeader } from './requested-version';
import { xmlReply, type Reply, type S3Call } from './s3-call';
import { parseDocument, s3Document } from './xml';

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

/** The maximum number of tags, and S3's error message for more. */
interface TagLimit {
  readonly most: number;
  readonly refusal: string;
}
export const OBJECT_TAGS: TagLimit = { most: 10, refusal: 'Object tags cannot be greater than 10' };
export const BUCKET_TAGS: TagLimit = { most: 50, refusal: 'Bucket tag count cannot be greater than 50' };

/** A `<Tag>` element. */
export const TagElement = z
  .strictObject({ Key: z.string(), Value: z.string() })
  .transform(({ Key, Value }): Tag => ({ key: Key, value: Value }));

const Tagging = z.strictObject({
  TagSet: z
    .union([z.strictObject({ Tag: z.array(TagElement) }), z.literal('')])
    .transform((set) => (set === '' ? [] : set.Tag)),
});

/** The tags of a `<Tagging>` document. @throws S3Error MalformedXML */
export const parseTagging = (document: string): readonly Tag[] => parseDocument(document, 'Tagging', Tagging).TagSet;

export const taggingDocument = (tags: readonly Tag[]): string =>
  s3Document('Tagging', { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } });

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws S3Error BadRequest for too many, InvalidTag for a tag that is too long, duplicate or has forbidden characters */
export function checkedTags(tags: readonly Tag[], { most, refusal }: TagLimit): readonly Tag[] {
  if (tags.length > most) throw new S3Error('BadRequest', refusal);
  for (const [index, { key, value }] of tags.entries()) {
    if (key === '' || key.length > 128 || !ALLOWED.test(key)) {
      throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid', { TagKey: key });
    }
    if (value.length > 256 || !ALLOWED.test(value)) {
      throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid', { TagKey: key, TagValue: value });
    }
    if (key.startsWith('aws:')) {
      throw new S3Error('InvalidTag', 'System tags cannot be added/updated by requester', { TagKey: key });
    }
    if (tags.findIndex((tag) => tag.key === key) < index) {
      throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key', { TagKey: key });
    }
  }
  return tags;
}
