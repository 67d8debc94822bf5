import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { notImplemented, S3Error } from './errors';
import { xmlReply, type Reply, type S3Call } from './s3-call';
import type { Bucket } from './state';
import { receiveDocument } from './receive-payload';
import { parseDocument, s3Document } from './xml';

const VersioningConfiguration = z.strictObject({
  Status: z.enum(['Enabled', 'Suspended']).optional(),
  MfaDelete: z.enum(['Enabled', 'Disabled']).optional(),
});

/** PutBucketVersioning. */
export async function putBucketVersioning(call: S3Call): Promise<Reply> {
  const document = await receiveDocument(call);
  const { Status, MfaDelete } = parseDocument(document, 'VersioningConfiguration', VersioningConfiguration);
  const { settings } = call.store.bucket(call.bucket);
  if (MfaDelete === 'Enabled') throw notImplemented('MfaDelete');
  if (Status === undefined) {
    throw new S3Error('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
  }
  if (Status === 'Suspended' && settings.objectLock !== null) {
    throw new S3Error(
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    );
  }
  call.store.commit({ type: 'bucket-changed', bucket: call.bucket, changes: { versioning: Status } });
  return { status: 200 };
}

/** GetBucketVersioning: the document is empty if versioning was never enabled. */
export function getBucketVersioning(call: S3Call): Reply {
  const { versioning } = call.store.bucket(call.bucket).settings;
  return xmlReply(s3Document('VersioningConfiguration', { Status: versioning }));
}

/** The id of a new version; undefined for the null version. */
export const newVersionId = ({ settings }: Bucket): string | undefined =>
  settings.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : undefined;
