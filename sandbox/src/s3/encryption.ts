import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { notImplemented, S3Error } from './errors';
import type { KmsEncryption, ObjectSettings, StoredPart } from './model';
import { header, type S3Call } from './s3-call';
import type { Bucket } from './state';

const ALGORITHM = 'x-amz-server-side-encryption';
/** Amazon S3 API reference, PutObject. */
const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'];
const KEY_ID = 'x-amz-server-side-encryption-aws-kms-key-id';
const BUCKET_KEY = 'x-amz-server-side-encryption-bucket-key-enabled';

/** For every kind of request. @throws S3Error InvalidArgument for an algorithm that S3 does not have */
export function refuseUnknownAlgorithm(headers: IncomingHttpHeaders): void {
  const asked = headers[ALGORITHM];
  if (asked === undefined || ALGORITHMS.includes(String(asked))) return;
  throw new S3Error('InvalidArgument', 'The encryption method specified is not supported', {
    ArgumentName: ALGORITHM,
    ArgumentValue: String(asked),
  });
}

/**
 * How a new object is encrypted: by its headers or by the bucket's default; undefined: with S3's own keys.
 * There is no KMS here: every well-formed key id counts as an existing key.
 * @throws S3Error InvalidArgument, KMS.NotFoundException, NotImplemented
 */
export function requestedEncryption(call: S3Call): KmsEncryption | undefined {
  const bucket = call.store.bucket(call.bucket);
  const byDefault = bucket.settings.encryption;
  const asked = header(call, ALGORITHM);
  const askedKey = header(call, KEY_ID);
  if (askedKey !== undefined && asked !== 'aws:kms') {
    throw new S3Error(
      'InvalidArgument',
      `Server Side Encryption with AWS KMS managed key requires HTTP header ${ALGORITHM} : aws:kms`,
      { ArgumentName: KEY_ID, ArgumentValue: askedKey },
    );
  }
  const { SSEAlgorithm, KMSMasterKeyID } = byDefault?.ApplyServerSideEncryptionByDefault ?? {};
  if ((asked ?? SSEAlgorithm ?? 'AES256') === 'AES256') return undefined;
  const keyId = askedKey ?? (asked === undefined ? KMSMasterKeyID : undefined);
  return {
    keyArn: keyId === undefined ? awsManagedKey(call, bucket) : keyArn(call, bucket, keyId),
    bucketKey: (header(call, BUCKET_KEY)?.toLowerCase() ?? byDefault?.BucketKeyEnabled) === 'true',
  };
}

const arnOfKey = ({ context }: S3Call, { region }: Bucket, keyId: string): string =>
  `arn:aws:kms:${region}:${context.accountId}:key/${keyId}`;

/** The key aws/s3, which an account has in every region. */
function awsManagedKey(call: S3Call, bucket: Bucket): string {
  const digest = createHash('sha256').update(`${call.context.accountId} ${bucket.region} aws/s3`).digest('hex');
  const uuid = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  return arnOfKey(call, bucket, uuid);
}

function keyArn(call: S3Call, bucket: Bucket, keyId: string): string {
  const [, region, name = keyId] = /^arn:aws[\w-]*:kms:([\w-]+):\d{12}:(?:key\/)?(.+)$/.exec(keyId) ?? [];
  if (name.startsWith('alias/')) throw notImplemented('aliases of KMS keys');
  if (!/^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/i.test(name)) {
    throw new S3Error('KMS.NotFoundException', `Invalid keyId '${keyId}'`);
  }
  if (region === undefined) return arnOfKey(call, bucket, keyId);
  if (region !== bucket.region) throw new S3Error('KMS.NotFoundException', `Invalid arn ${region}`);
  return keyId;
}

/** Headers that say how an object or upload is encrypted. */
export function encryptionHeaders({ kms }: Pick<ObjectSettings, 'kms'>): OutgoingHttpHeaders {
  if (kms === undefined) return { [ALGORITHM]: 'AES256' };
  return { [ALGORITHM]: 'aws:kms', [KEY_ID]: kms.keyArn, ...(kms.bucketKey ? { [BUCKET_KEY]: 'true' } : {}) };
}

/** The part with the ETag that follows from its encryption: with a KMS key it is not the MD5 of the content. */
export const withEtag = (part: StoredPart, { kms }: Pick<ObjectSettings, 'kms'>): StoredPart =>
  kms === undefined ? part : { ...part, etag: randomBytes(16).toString('hex') };
