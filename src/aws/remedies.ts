import { requestIdOf, type AwsError, type AwsErrorKind, type NamedRequest } from './errors';

/**
 * Tells a person who must fix a problem what AWS denied, how to fix it, and that the run waits for it. For errors that
 * stop the run.
 */
export function stopSentence(awsError: AwsError): string {
  const explain = EXPLANATIONS[awsError.kind] ?? explainDenial;
  const { problem, fix } = explain(awsError);
  return (
    `${problem} (${awsError.code}: ${plain(awsError.message)}). ${fix} ` +
    `The run waits, and resumes automatically once this is fixed.${requestIdOf(awsError)}`
  );
}

interface Explanation {
  readonly problem: string;
  readonly fix: string;
}

const EXPLANATIONS: Readonly<Partial<Record<AwsErrorKind, (awsError: AwsError) => Explanation>>> = {
  denied: explainDenial,
  unauthenticated: explainCredentials,
  'key-unusable': explainKey,
  'bucket-unusable': explainBucket,
  'service-unusable': explainService,
};

function explainDenial({ code, message, request }: AwsError): Explanation {
  const permission = permissionIn(message) ?? (request === null ? null : permissionFor(request));
  if (permission === null) return { problem: 'AWS denies access', fix: 'Allow it.' };
  const owner =
    request === null || request.expectedOwner === null || permissionIn(message) !== null
      ? ''
      : ` Also check that bucket ${request.resource} belongs to account ${request.expectedOwner}.`;
  const denied = /explicit deny/i.test(message) ? ' A policy denies it explicitly: remove that statement, too.' : '';
  const silent = code.startsWith('HTTP') ? ' S3 gives no reason here; invalid credentials look the same.' : '';
  return { problem: `AWS denies ${permission}`, fix: `Allow ${permission}.${denied}${owner}${silent}` };
}

function explainCredentials({ code, request }: AwsError): Explanation {
  if (code === 'CredentialsProviderError' || code === 'ProviderError') {
    return {
      problem: 'The worker has no AWS credentials',
      fix: 'Log in, or give the workers a profile or role.',
    };
  }
  const of = request === null ? '' : ` for ${request.operation}`;
  if (/Expired|TokenRefresh|TokenProvider/.test(code)) {
    return { problem: 'The AWS credentials of the workers have expired', fix: 'Log in again or renew them.' };
  }
  return {
    problem: `AWS does not accept the credentials of the workers${of}`,
    fix: "Check the access key, its secret, the Region and the clock of the workers' machines, and log in again.",
  };
}

function explainKey({ code, message, request }: AwsError): Explanation {
  const what = request === null ? 'AWS' : `${request.service.toUpperCase()} of ${request.resource}`;
  const permission = permissionIn(message);
  if (permission !== null) return { problem: `AWS denies ${permission}`, fix: `Allow ${permission}.` };
  if (/AccessDenied/i.test(code)) {
    return {
      problem: `${what} may not use its KMS key`,
      fix: 'Allow kms:GenerateDataKey and kms:Decrypt on it.',
    };
  }
  return {
    problem: `${what} cannot use its KMS key`,
    fix: 'Enable the key, cancel its deletion, or choose another key for the bucket.',
  };
}

function explainBucket({ code, request }: AwsError): Explanation {
  const bucket = `bucket ${request?.resource ?? 'of the run'}`;
  if (code === 'NoSuchBucket') {
    return { problem: `The ${bucket} no longer exists`, fix: 'Create it again in the same account and Region.' };
  }
  return {
    problem: `The ${bucket} cannot be used`,
    fix: 'Check its name, and that the workers use its Region.',
  };
}

function explainService({ code, request }: AwsError): Explanation {
  switch (code) {
    case 'PolicyEnforcedException':
      return {
        problem: "The account's data retrieval policy allows no more retrievals now",
        fix: 'Allow more with "aws glacier set-data-retrieval-policy", or cancel and start with --tier Bulk, which it does not limit.',
      };
    case 'NoLongerSupportedException':
      return {
        problem: 'Amazon Glacier is closed to this account',
        fix: 'Check that the workers use the account that owns the vault; otherwise contact AWS Support.',
      };
    case 'ResourceNotFoundException':
      return {
        problem: `There is no vault ${request?.resource ?? 'of this name'}`,
        fix: 'Check that the workers use the account and Region of the vault.',
      };
    default:
      return {
        problem: `AWS rejects ${request === null ? 'the request' : request.operation} because of the account's status or limits`,
        fix: 'Fix the account, or ask AWS Support to raise the limit.',
      };
  }
}

/** A permission named in an error message of AWS. */
export interface NamedPermission {
  /** As the service spells it: `s3:PutObject`, `SNS:Publish`, `sqs:sendmessage`. */
  readonly action: string;
  /** An ARN; null if none is named. */
  readonly resource: string | null;
}

/** Null if the message names no permission. */
export function namedPermission(message: string): NamedPermission | null {
  const [, action, resource = null] =
    /not authorized to perform: ([A-Za-z0-9]+:[A-Za-z0-9]+)(?: on resource: "?(arn:[^\s"]+)"?)?/.exec(message) ?? [];
  return action === undefined ? null : { action, resource };
}

/** `s3:PutObject on arn:aws:s3:::bucket/*`, if AWS's message names it. */
function permissionIn(message: string): string | null {
  const named = namedPermission(message);
  if (named === null) return null;
  const { action, resource } = named;
  return resource === null ? action : `${action} on ${resource.replace(/^(arn:[\w-]+:s3:::[^/]+\/).*$/, '$1*')}`;
}

/** S3 operations that need a permission with another name. */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: 's3:GetObject',
  HeadBucket: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  ListParts: 's3:ListMultipartUploadParts',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
};
const OF_THE_BUCKET = /Bucket|LifecycleConfiguration/;

function permissionFor({ service, operation, resource }: NamedRequest): string {
  if (service !== 's3') {
    const action = `${service}:${operation.replace(/Batch$/, '')}`;
    return resource === null ? action : `${action} on ${service === 'glacier' ? `vault ${resource}` : resource}`;
  }
  const action = S3_ACTIONS[operation] ?? `s3:${operation}`;
  const bucket = `arn:aws:s3:::${resource}`;
  // Without permission to list, S3 does not reveal that a key is unused.
  if (operation === 'HeadObject') return `s3:GetObject on ${bucket}/* and s3:ListBucket on ${bucket}`;
  return `${action} on ${OF_THE_BUCKET.test(action) ? bucket : `${bucket}/*`}`;
}

const MAX_MESSAGE_CHARS = 500;

/** AWS's message, which may contain names of objects, on one line and without the full stop that our sentence adds. */
const plain = (message: string): string =>
  message
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, MAX_MESSAGE_CHARS)
    .replace(/\.$/, '');
