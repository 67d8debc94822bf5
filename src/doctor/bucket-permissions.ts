import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { inBucket } from '../aws/owned-bucket';
import { CONTROL_ROOT } from '../ids';
import type { Reply } from './ask';
import { type Check, checksOf, type Examined } from './examined';
import { permissionChecks, type Tried } from './permission';

const check = checksOf('bucket');
/** The one object that `doctor` writes, in the way of run files. It stays, as no policy of ours allows to delete, and is replaced the next time. */
const PROBE_KEY = `${CONTROL_ROOT}doctor`;
const PROBE_TEXT = 'Written by "glacier-transfer doctor" to see that it may.\n';

/**
 * Tries what runs do with objects: writes and reads one under `.glacier-transfer/`, which proves the bucket's key as well,
 * and under the prefix begins an upload and drops it, so that nothing is left among the archives.
 * @param mayList the bucket; else S3 does not tell a missing object from a forbidden one
 */
export async function checkObjectPermissions(examined: Examined, mayList: boolean): Promise<readonly Check[]> {
  const { aws, ask, bucket, prefix, arn } = examined;
  const bucketArn = `arn:${arn.partition}:s3:::${bucket}`;
  const [records, uploads, listing] = await Promise.all([
    tryRecords(examined),
    tryUpload(examined, mayList),
    ask((options) =>
      aws.s3.send(new ListMultipartUploadsCommand({ ...inBucket(examined), Prefix: prefix, MaxUploads: 1 }), options),
    ),
  ]);
  const tried = [
    ...onResource(`${bucketArn}/${CONTROL_ROOT}*`, records),
    ...onResource(`${bucketArn}/${prefix}*`, uploads.tried),
    { action: 's3:ListBucketMultipartUploads', resource: bucketArn, reply: listing },
  ];
  return [...permissionChecks(check, tried), ...unusable([...records, uploads.created]), ...uploads.left];
}

/** What is allowed and cannot be done all the same: the bucket's key is off, or the bucket wants what no run sends. */
const unusable = (replies: ByAction): readonly Check[] =>
  replies.flatMap(([action, reply]) =>
    reply.kind === 'refused' && reply.code !== 'NoSuchKey'
      ? [check('failed', 'writing and reading', `${action} is allowed, and S3 refuses it: ${reply.sentence}`)]
      : [],
  );

type ByAction = readonly (readonly [action: string, reply: Reply<unknown>])[];

const onResource = (resource: string, replies: ByAction): readonly Tried[] =>
  replies.map(([action, reply]) => ({ action, resource, reply }));

async function tryRecords({ aws: { s3 }, ask, ...destination }: Examined): Promise<ByAction> {
  const object = { ...inBucket(destination), Key: PROBE_KEY };
  const put = await ask((options) =>
    s3.send(new PutObjectCommand({ ...object, Body: PROBE_TEXT, ChecksumAlgorithm: 'CRC32' }), options),
  );
  const get = await ask(async (options) => {
    const { Body } = await s3.send(new GetObjectCommand(object), options);
    await Body?.transformToString();
  });
  return [
    ['s3:PutObject', put],
    ['s3:GetObject', get],
  ];
}

interface UploadTrial {
  readonly tried: ByAction;
  readonly created: ByAction[number];
  /** What is left behind, if it could not be dropped. */
  readonly left: readonly Check[];
}

async function tryUpload({ aws: { s3 }, ask, ...destination }: Examined, mayList: boolean): Promise<UploadTrial> {
  const object = { ...inBucket(destination), Key: `${destination.prefix}glacier-transfer-doctor` };
  // Nothing stands there, so S3 answers 404 to who may read, and 403 to who may not: or may not list.
  const head = await ask((options) => s3.send(new HeadObjectCommand(object), options));
  const create = await ask((options) => s3.send(new CreateMultipartUploadCommand(object), options));
  // Without an upload of our own the others are asked for one that cannot be, which IAM is asked about as well.
  const UploadId = create.kind === 'given' ? create.value.UploadId : 'none';
  const list = await ask((options) => s3.send(new ListPartsCommand({ ...object, UploadId }), options));
  const abort = await ask((options) => s3.send(new AbortMultipartUploadCommand({ ...object, UploadId }), options));
  const isLeft = create.kind === 'given' && abort.kind !== 'given';
  const created = ['s3:PutObject', create] as const;
  return {
    created,
    tried: [
      created,
      ...(mayList ? [['s3:GetObject', head] as const] : []),
      ['s3:ListMultipartUploadParts', list],
      ['s3:AbortMultipartUpload', abort],
    ],
    left: isLeft
      ? [check('warning', 'open upload', `the empty upload ${UploadId} of ${object.Key} stays: abort it.`)]
      : [],
  };
}
