import { notUnderstood } from '../policy/conditions';
import { isPolicyDocument, readPolicy, type Statement } from '../policy/document';
import { notImplemented, S3Error } from './errors';
import { isPublic } from './public-policy';
import { xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { s3Document } from './xml';

const LARGEST_POLICY_BYTES = 20 * 1024;

/** PutBucketPolicy: the text is kept as it is, once it has proved to be a policy for this bucket that can be obeyed. */
export async function putBucketPolicy(call: S3Call): Promise<Reply> {
  const policy = await receiveDocument(call);
  const { settings } = call.store.bucket(call.bucket);
  const statements = parsePolicy(policy, call.bucket);
  if (settings.publicAccessBlock?.BlockPublicPolicy === 'true' && isPublic(statements)) {
    throw new S3Error(
      'AccessDenied',
      'Access Denied: public policies are blocked by the BlockPublicPolicy block public access setting.',
    );
  }
  call.store.commit({ type: 'bucket-changed', bucket: call.bucket, changes: { policy } });
  return { status: 204 };
}

/** GetBucketPolicy. */
export const getBucketPolicy = (call: S3Call): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: policyOf(call),
});

/** GetBucketPolicyStatus. */
export function getBucketPolicyStatus(call: S3Call): Reply {
  const statements = parsePolicy(policyOf(call), call.bucket);
  return xmlReply(s3Document('PolicyStatus', { IsPublic: isPublic(statements) }));
}

function policyOf(call: S3Call): string {
  const { policy } = call.store.bucket(call.bucket).settings;
  if (policy !== null) return policy;
  throw new S3Error('NoSuchBucketPolicy', 'The bucket policy does not exist', { BucketName: call.bucket });
}

/** @throws S3Error MalformedPolicy; NotImplemented for a condition that the sandbox cannot evaluate */
function parsePolicy(text: string, bucket: string): readonly Statement[] {
  if (Buffer.byteLength(text) > LARGEST_POLICY_BYTES) throw malformed('The policy is over 20 KB');
  if (!isJsonObject(text)) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  if (!isPolicyDocument(text)) throw malformed('Missing required field Statement');
  return readPolicy(text, 'resource').map((statement) => {
    if ('reason' in statement) throw malformed(statement.reason);
    const resources = statement.Resource ?? statement.NotResource ?? [];
    if (!resources.every((resource) => isIn(resource, bucket))) throw malformed('Policy has invalid resource');
    const reason = notUnderstood(statement.Condition);
    if (reason !== null) throw notImplemented(`the ${reason} of a bucket policy`);
    return statement;
  });
}

function isJsonObject(text: string): boolean {
  try {
    return text.startsWith('{') && JSON.parse(text) !== null;
  } catch {
    return false;
  }
}

function isIn(resource: string, bucket: string): boolean {
  const arn = `arn:aws:s3:::${bucket}`;
  return resource === arn || resource === `${arn}*` || resource.startsWith(`${arn}/`);
}

const malformed = (problem: string): S3Error => new S3Error('MalformedPolicy', problem);
