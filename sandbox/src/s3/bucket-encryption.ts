import { z } from 'zod';
import { notImplemented, S3Error } from './errors';
import { xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { parseDocument, refusedElement, s3Document } from './xml';

const Rule = z.strictObject({
  ApplyServerSideEncryptionByDefault: z.strictObject({
    SSEAlgorithm: z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']),
    KMSMasterKeyID: z.string().optional(),
  }),
  BucketKeyEnabled: z.enum(['true', 'false']).default('false'),
  BlockedEncryptionTypes: refusedElement('BlockedEncryptionTypes'),
});
/** As its document has it. */
export type DefaultEncryption = z.infer<typeof Rule>;
const ServerSideEncryptionConfiguration = z.strictObject({ Rule: z.tuple([Rule]) });

/** What S3 does where nothing was put. */
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
