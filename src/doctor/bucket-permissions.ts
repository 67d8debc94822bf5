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
import type { Reply } from './try-request';
import { type Check, checksOf, type Examined } from './check';
import { permissionChecks, type Tried } from './permission';

const check = checksOf('bucket');
/** The one object that `doctor` writes, like a file of a run. It stays, because no policy of ours allows deleting it, and is replaced the next time. */
const PROBE_KEY = `${CONTROL_ROOT}doctor`;
const PROBE_TEXT = 'Written by "glacier-transfer doctor" to check its permissions.\n';

/**
 * Tries what runs do with objects: writes and reads one under `.glacier-transfer/`, which also proves that the bucket's
 * KMS key works, and creates and aborts an upload under the prefix, so that nothing is left among the archives.
 * @param mayList the bucket; otherwise S3 does not distinguish a missing object from a forbidden one
 */
export async function checkObjectPermissions(examined: Examined, mayList: boolean): Promise<readonly Check[]> {
  const { aws, tryRequest, bucket, prefix, arn } = examined;
  const bucketArn = `arn:${arn.partition}:s3:::${bucket}`;
  const [records, uploads, listing] = await Promise.all([
    tryRecords(examined),
    tryUpload(examined, mayList),
    tryRequest((options) =>
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

/** Allowed but impossible: the bucket's KMS key is disabled, or the bucket requires what no run sends. */
const unusable = (replies: ByAction): readonly Check[] =>
  replies.flatMap(([action, reply]) =>
    reply.kind === 'rejected' && reply.code !== 'NoSuchKey'
      ? [check('failed', 'writing and reading', `${action} is allowed, but S3 rejects it: ${reply.sentence}`)]
      : [],
  );

type ByAction = readonly (readonly [action: string, reply: Reply<unknown>])[];

const onResource = (resource: string, replies: ByAction): readonly Tried[] =>
  replies.map(([action, reply]) => ({ action, resource, reply }));

async function tryRecords({ aws: { s3 }, tryRequest, ...destination }: Examined): Promise<ByAction> {
  const object = { ...inBucket(destination), Key: PROBE_KEY };
  const put = await tryRequest((options) =>
    s3.send(new PutObjectCommand({ ...object, Body: PROBE_TEXT, ChecksumAlgorithm: 'CRC32' }), options),
  );
  const get = await tryRequest(async (options) => {
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
  /** The upload, if it could not be aborted. */
  readonly left: readonly Check[];
}

async function tryUpload(
  { aws: { s3 }, tryRequest, ...destination }: Examined,
  mayList: boolean,
): Promise<UploadTrial> {
  const object = { ...inBucket(destination), Key: `${destination.prefix}glacier-transfer-doctor` };
  // There is no such object, so S3 responds with 404 if reading is allowed, and with 403 if reading or listing is not.
  const head = await tryRequest((options) => s3.send(new HeadObjectCommand(object), options));
  const create = await tryRequest((options) => s3.send(new CreateMultipartUploadCommand(object), options));
  // Without an upload, the other requests name an impossible one, for which IAM checks permissions as well.
  const UploadId = create.kind === 'given' ? create.value.UploadId : 'none';
  const list = await tryRequest((options) => s3.send(new ListPartsCommand({ ...object, UploadId }), options));
  const abort = await tryRequest((options) =>
    s3.send(new AbortMultipartUploadCommand({ ...object, UploadId }), options),
  );
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
      ? [
          check(
            'warning',
            'open upload',
            `the empty upload ${UploadId} of ${object.Key} could not be aborted: abort it.`,
          ),
        ]
      : [],
  };
}
