import { notUnderstood } from '../policy/conditions';
import { isPolicyDocument, readPolicy, type Statement } from '../policy/document';
import { notImplemented, S3Error } from './errors';
import type { Reply, S3Call } from './s3-call';
import { receiveDocument } from './receive-payload';

const LARGEST_POLICY_BYTES = 20 * 1024;

/** PutBucketPolicy: the text is stored verbatim, after a check that the sandbox can evaluate it for this bucket. */
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
export function getBucketPolicy(call: S3Call): Reply {
  const { policy } = call.store.bucket(call.bucket).settings;
  if (policy === null) {
    throw new S3Error('NoSuchBucketPolicy', 'The bucket policy does not exist', { BucketName: call.bucket });
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
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

/** With a condition on one of these for fixed values, a statement for everybody is not public. */
const CONFINING_KEYS = new Set([
  'aws:sourceip',
  'aws:sourcearn',
  'aws:sourceowner',
  'aws:sourceaccount',
  'aws:principalaccount',
]);
const CONFINING_OPERATORS = /^(String|Arn)(Equals|Like)$|^IpAddress$/;

/**
 * Whether a policy is public, by "The meaning of 'public'" of the S3 user guide: a statement allows every
 * principal, and no condition restricts it to fixed values. The sandbox knows the conditions above.
 */
export const isPublic = (statements: readonly Statement[]): boolean =>
  statements.some((statement) => statement.Effect === 'Allow' && allowsEverybody(statement) && !isConfined(statement));

const allowsEverybody = ({ Principal }: Statement): boolean =>
  Principal === '*' || (Principal?.AWS ?? []).some((principal) => principal.includes('*'));

const isConfined = ({ Condition }: Statement): boolean =>
  Object.entries(Condition).some(
    ([operator, keys]) =>
      CONFINING_OPERATORS.test(operator) &&
      Object.entries(keys).some(([key, values]) => CONFINING_KEYS.has(key.toLowerCase()) && !values.some(isOpen)),
  );

/** A wildcard, or the range of all addresses. */
const isOpen = (value: string): boolean => /[*?]|\/0$/.test(value);
