import { z } from 'zod';
import { S3Error } from './errors';
import { xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { parseDocument, s3Document } from './xml';

const flag = z.enum(['true', 'false']).default('false');
const PublicAccessBlock = z.strictObject({
  BlockPublicAcls: flag,
  IgnorePublicAcls: flag,
  BlockPublicPolicy: flag,
  RestrictPublicBuckets: flag,
});
/** As its document has it. Public ACLs are refused anyhow, and public callers there are none. */
export type PublicAccessBlock = z.infer<typeof PublicAccessBlock>;

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
