import { z } from 'zod';
import { notImplemented, S3Error } from './errors';
import { compareKeys } from './key-order';
import { owner } from './owner';
import { boundedInteger, header, isoTime, wholeSeconds, xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { parseDocument, s3Document } from './xml';

const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** The one region that is never written as a location constraint. */
const FIRST_REGION = 'us-east-1';

const CreateBucketConfiguration = z.strictObject({ LocationConstraint: z.string().optional() });

/** CreateBucket. */
export async function createBucket(call: S3Call): Promise<Reply> {
  const hasBody = Number(header(call, 'content-length') ?? 0) > 0 || header(call, 'transfer-encoding') !== undefined;
  const constraint = hasBody
    ? parseDocument(await receiveDocument(call), 'CreateBucketConfiguration', CreateBucketConfiguration)
        .LocationConstraint
    : undefined;
  if (!BUCKET_NAME.test(call.bucket)) {
    throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: call.bucket });
  }
  const region = bucketRegion(constraint, call.region);
  const existing = call.store.findBucket(call.bucket);
  if (existing === undefined) {
    const createdMs = wholeSeconds(call.context.clock.now());
    call.store.commit({ type: 'bucket-created', bucket: call.bucket, region, createdMs });
  } else if (existing.region !== FIRST_REGION || region !== FIRST_REGION) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: call.bucket },
    );
  }
  return { status: 200, headers: { location: `/${call.bucket}` } };
}

function bucketRegion(constraint: string | undefined, endpointRegion: string): string {
  if (constraint === FIRST_REGION) {
    throw new S3Error('InvalidLocationConstraint', 'The specified location-constraint is not valid', {
      LocationConstraint: constraint,
    });
  }
  const region = constraint ?? FIRST_REGION;
  if (region === endpointRegion || endpointRegion === FIRST_REGION) return region;
  throw new S3Error(
    'IllegalLocationConstraintException',
    `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

/** HeadBucket. */
export function headBucket(call: S3Call): Reply {
  const { region } = call.store.bucket(call.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': region, 'x-amz-access-point-alias': 'false' } };
}

/** DeleteBucket: refused while there are objects; open uploads go with it. */
export function deleteBucket(call: S3Call): Reply {
  if (call.store.bucket(call.bucket).objects.size > 0) {
    throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: call.bucket });
  }
  call.store.commit({ type: 'bucket-deleted', bucket: call.bucket });
  return { status: 204 };
}

/** GetBucketLocation. */
export function getBucketLocation(call: S3Call): Reply {
  const { region } = call.store.bucket(call.bucket);
  return xmlReply(s3Document('LocationConstraint', region === FIRST_REGION ? {} : { '#text': region }));
}

/** GetBucketVersioning: never enabled, which S3 says by saying nothing. */
export function getBucketVersioning(call: S3Call): Reply {
  call.store.bucket(call.bucket);
  return xmlReply(s3Document('VersioningConfiguration', {}));
}

/** ListBuckets. The continuation token is the last name given. */
export function listBuckets(call: S3Call): Reply {
  if (call.query.has('bucket-region')) throw notImplemented('ListBuckets by region');
  const prefix = call.query.get('prefix') ?? '';
  const after = call.query.get('continuation-token') ?? '';
  const most = boundedInteger('max-buckets', call.query.get('max-buckets'), 10_000) ?? 10_000;
  const names = [...call.store.buckets()]
    .filter(({ name }) => name.startsWith(prefix) && name > after)
    .sort((a, b) => compareKeys(a.name, b.name));
  const page = names.slice(0, most);
  return xmlReply(
    s3Document('ListAllMyBucketsResult', {
      Owner: owner(call),
      Buckets: {
        Bucket: page.map(({ name, createdMs, region }) => ({
          Name: name,
          CreationDate: isoTime(createdMs),
          BucketRegion: region,
        })),
      },
      ContinuationToken: names.length > page.length ? page.at(-1)?.name : undefined,
    }),
  );
}

/** @throws S3Error PermanentRedirect when the request was signed for another region than the bucket's */
export function assertRegion(call: S3Call): void {
  const bucket = call.store.findBucket(call.bucket);
  if (bucket === undefined || bucket.region === call.region) return;
  throw new S3Error(
    'PermanentRedirect',
    `The bucket is in ${bucket.region}: address it with that region.`,
    { Bucket: bucket.name },
    { 'x-amz-bucket-region': bucket.region },
  );
}
