import { requestIdOf, type AwsError, type AwsErrorKind, type NamedRequest } from './errors';

/** What AWS names in its own sentence about a missing permission. */
export interface NamedPermission {
  /** As the service spells it: `s3:PutObject`, `SNS:Publish`, `sqs:sendmessage`. */
  readonly action: string;
  /** An ARN; null where none is named. */
  readonly resource: string | null;
}

/** The permission that a sentence names; null where it names none. */
export function namedPermission(message: string): NamedPermission | null {
  const [, action, resource = null] =
    /not authorized to perform: ([A-Za-z0-9]+:[A-Za-z0-9]+)(?: on resource: "?(arn:[^\s"]+)"?)?/.exec(message) ?? [];
  return action === undefined ? null : { action, resource };
}

/**
 * What a person has to know who must mend something: what AWS refused, what to mend, and that the run waits for it.
 * For faults whose remedy is stop-and-ask.
 */
export function stopSentence(awsError: AwsError): string {
  const explain = EXPLANATIONS[awsError.kind] ?? explainDenial;
  const { refused, mend } = explain(awsError);
  return (
    `${refused} (${awsError.code}: ${plain(awsError.message)}). ${mend} ` +
    `The run waits, and resumes automatically once this is fixed.${requestIdOf(awsError)}`
  );
}

interface Explanation {
  readonly refused: string;
  readonly mend: string;
}

function explainDenial({ code, message, request }: AwsError): Explanation {
  const permission = permissionIn(message) ?? (request === null ? null : permissionFor(request));
  if (permission === null) return { refused: 'AWS refuses access', mend: 'Allow it.' };
  const owner =
    request === null || request.expectedOwner === null || permissionIn(message) !== null
      ? ''
      : ` Check, too, that bucket ${request.resource} belongs to account ${request.expectedOwner}.`;
  const denied = /explicit deny/i.test(message) ? ' A policy denies it expressly: take that out, too.' : '';
  const silent = code.startsWith('HTTP') ? ' S3 gives no reason here; wrong credentials look the same.' : '';
  return { refused: `AWS refuses ${permission}`, mend: `Allow ${permission}.${denied}${owner}${silent}` };
}

function explainCredentials({ code, request }: AwsError): Explanation {
  if (code === 'CredentialsProviderError' || code === 'ProviderError') {
    return {
      refused: 'The worker finds no AWS credentials',
      mend: 'Log in, or give the workers a profile or a role.',
    };
  }
  const of = request === null ? '' : ` for ${request.operation}`;
  if (/Expired|TokenRefresh|TokenProvider/.test(code)) {
    return { refused: 'The AWS credentials of the workers have expired', mend: 'Log in again, or renew them.' };
  }
  return {
    refused: `AWS does not accept the credentials of the workers${of}`,
    mend: "Check the access key, its secret, the region and the clock of the workers' machines, and log in again.",
  };
}

function explainKey({ code, message, request }: AwsError): Explanation {
  const what = request === null ? 'AWS' : `${request.service.toUpperCase()} of ${request.resource}`;
  const permission = permissionIn(message);
  if (permission !== null) return { refused: `AWS refuses ${permission}`, mend: `Allow ${permission}.` };
  if (/AccessDenied/i.test(code)) {
    return {
      refused: `${what} may not use its KMS key`,
      mend: 'Allow kms:GenerateDataKey and kms:Decrypt on it.',
    };
  }
  return {
    refused: `${what} cannot use its KMS key`,
    mend: 'Enable the key, or cancel its deletion, or give the bucket another one.',
  };
}

function explainBucket({ code, request }: AwsError): Explanation {
  const bucket = `bucket ${request?.resource ?? 'of the run'}`;
  if (code === 'NoSuchBucket') {
    return { refused: `There is no ${bucket} any more`, mend: 'Make it again in the same account and region.' };
  }
  return {
    refused: `The ${bucket} cannot be used`,
    mend: 'Check its name, and that the workers are set to its region.',
  };
}

function explainService({ code, request }: AwsError): Explanation {
  switch (code) {
    case 'PolicyEnforcedException':
      return {
        refused: "The account's data retrieval policy forbids more retrievals now",
        mend: 'Allow more with "aws glacier set-data-retrieval-policy", or cancel and start with --tier Bulk, which it does not limit.',
      };
    case 'NoLongerSupportedException':
      return {
        refused: 'Amazon Glacier is closed to this account',
        mend: 'Check that the workers use the account that owns the vault; else ask AWS Support.',
      };
    case 'ResourceNotFoundException':
      return {
        refused: `There is no vault ${request?.resource ?? 'of this name'}`,
        mend: 'Check that the workers use the account and the region of the vault.',
      };
    default:
      return {
        refused: `AWS refuses ${request === null ? 'the request' : request.operation} for a reason that lies in the account`,
        mend: 'Mend it, or ask AWS Support to raise the limit.',
      };
  }
}

/** `s3:PutObject on arn:aws:s3:::bucket/*`, where AWS's own sentence names it. */
function permissionIn(message: string): string | null {
  const named = namedPermission(message);
  if (named === null) return null;
  const { action, resource } = named;
  return resource === null ? action : `${action} on ${resource.replace(/^(arn:[\w-]+:s3:::[^/]+\/).*$/, '$1*')}`;
}

/** S3 operations that need a permission of another name. */
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
  // Without the right to list, S3 refuses to say that a key is free.
  if (operation === 'HeadObject') return `s3:GetObject on ${bucket}/* and s3:ListBucket on ${bucket}`;
  return `${action} on ${OF_THE_BUCKET.test(action) ? bucket : `${bucket}/*`}`;
}

const MOST_WORDS = 500;

/** AWS's words, in which the names of objects stand as they are, without the full stop that ours brings. */
const plain = (message: string): string =>
  message
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, MOST_WORDS)
    .replace(/\.$/, '');

const EXPLANATIONS: Readonly<Partial<Record<AwsErrorKind, (awsError: AwsError) => Explanation>>> = {
  denied: explainDenial,
  unauthenticated: explainCredentials,
  'key-unusable': explainKey,
  'bucket-unusable': explainBucket,
  'service-refused': explainService,
};
