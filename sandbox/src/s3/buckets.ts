import { z } from 'zod';
import type { BucketSettings } from './bucket-settings';
import { S3Error } from './errors';
import { compareKeys } from './key-order';
import type { Tag } from './model';
import { requestedOwnership } from './bucket-configurations';
import { boundedInteger, header, isoTime, owner, wholeSeconds, xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './receive-payload';
import { checkedTags, BUCKET_TAGS, TagElement } from './tagging';
import { parseDocument, s3Document } from './xml';

const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** The one region that is never written as a location constraint. */
const FIRST_REGION = 'us-east-1';

const CreateBucketConfiguration = z.strictObject({
  LocationConstraint: z.string().optional(),
  Tags: z.strictObject({ Tag: z.array(TagElement) }).optional(),
});

/** CreateBucket. */
export async function createBucket(call: S3Call): Promise<Reply> {
  const hasBody = Number(header(call, 'content-length') ?? 0) > 0 || header(call, 'transfer-encoding') !== undefined;
  const { LocationConstraint: constraint, Tags }: z.infer<typeof CreateBucketConfiguration> = hasBody
    ? parseDocument(await receiveDocument(call), 'CreateBucketConfiguration', CreateBucketConfiguration)
    : {};
  if (!BUCKET_NAME.test(call.bucket)) {
    throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: call.bucket });
  }
  const region = bucketRegion(constraint, call.region);
  const settings = { ...lockSettings(call), tags: newTags(Tags?.Tag), ownership: requestedOwnership(call) };
  const existing = call.store.findBucket(call.bucket);
  if (existing === undefined) {
    const createdMs = wholeSeconds(call.context.clock.now());
    call.store.commit({ type: 'bucket-created', bucket: call.bucket, region, createdMs, settings });
  } else if (existing.region !== FIRST_REGION || region !== FIRST_REGION || settings.tags !== null) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: call.bucket },
    );
  }
  return { status: 200, headers: { location: `/${call.bucket}` } };
}

/** A bucket with Object Lock always has versioning. */
const lockSettings = (call: S3Call): Partial<BucketSettings> =>
  header(call, 'x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true'
    ? { versioning: 'Enabled', objectLock: { ObjectLockEnabled: 'Enabled' } }
    : {};

const newTags = (tags: readonly Tag[] = []): readonly Tag[] | null =>
  tags.length === 0 ? null : checkedTags(tags, BUCKET_TAGS);

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

/** DeleteBucket: rejected while there are objects, versions or delete markers; open uploads are deleted with it. */
export function deleteBucket(call: S3Call): Reply {
  const { objects, settings } = call.store.bucket(call.bucket);
  if (!objects.isEmpty()) {
    const hint = settings.versioning === null ? '' : '. You must delete all versions in the bucket.';
    throw new S3Error('BucketNotEmpty', `The bucket you tried to delete is not empty${hint}`, {
      BucketName: call.bucket,
    });
  }
  call.store.commit({ type: 'bucket-deleted', bucket: call.bucket });
  return { status: 204 };
}

/** GetBucketLocation. */
export function getBucketLocation(call: S3Call): Reply {
  const { region } = call.store.bucket(call.bucket);
  return xmlReply(s3Document('LocationConstraint', region === FIRST_REGION ? {} : { '#text': region }));
}

/** ListBuckets. The continuation token is the last name of the page. */
export function listBuckets(call: S3Call): Reply {
  const regionFilter = call.query.get('bucket-region');
  const prefix = call.query.get('prefix') ?? '';
  const after = call.query.get('continuation-token') ?? '';
  const most = boundedInteger('max-buckets', call.query.get('max-buckets'), 10_000) ?? 10_000;
  const names = [...call.store.buckets()]
    .filter(({ name, region }) => name.startsWith(prefix) && name > after && region === (regionFilter ?? region))
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
      Prefix: prefix === '' ? undefined : prefix,
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
