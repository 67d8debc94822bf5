import type { Refusal, ServiceName } from '../service';
import type { Denial } from './authorize';
import type { SignatureProblem } from './signature';

type Kind = SignatureProblem['kind'] | 'access-denied';

interface Row {
  readonly code: string;
  readonly status: number;
  /** Absent: the message of the problem. */
  readonly message?: string;
  /** Absent: same as `code`. */
  readonly queryCode?: string;
}

const NO_MATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const UNSIGNED = 'There were headers present in the request which were not signed';

const S3: Readonly<Record<Kind, Row>> = {
  'access-denied': { code: 'AccessDenied', status: 403 },
  'bad-signature': {
    code: 'SignatureDoesNotMatch',
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
  'expired-token': { code: 'ExpiredToken', status: 400, message: 'The provided token has expired.' },
  'invalid-token': {
    code: 'InvalidToken',
    status: 400,
    message: 'The provided token is malformed or otherwise invalid.',
  },
  malformed: { code: 'AuthorizationHeaderMalformed', status: 400 },
  skewed: {
    code: 'RequestTimeTooSkewed',
    status: 403,
    message: 'The difference between the request time and the current time is too large.',
  },
  'unknown-key': {
    code: 'InvalidAccessKeyId',
    status: 403,
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  'unsigned-headers': { code: 'AccessDenied', status: 403 },
};

/** Error codes and HTTP statuses of a service that distinguishes fewer cases. */
interface Names {
  readonly denied: Row;
  readonly mismatch: Row;
  readonly expired: Row;
  readonly unknown: Row;
  readonly incomplete: Row;
}

const tableOf = ({ denied, mismatch, expired, unknown, incomplete }: Names): Readonly<Record<Kind, Row>> => ({
  'access-denied': denied,
  'bad-signature': { ...mismatch, message: NO_MATCH },
  'expired-token': { ...expired, message: 'The security token included in the request is expired' },
  'invalid-token': unknown,
  malformed: incomplete,
  skewed: mismatch,
  'unknown-key': unknown,
  'unsigned-headers': mismatch,
});

const NO_CLIENT = 'The security token included in the request is invalid.';

const GLACIER = tableOf({
  denied: { code: 'AccessDeniedException', status: 403 },
  mismatch: { code: 'InvalidSignatureException', status: 403 },
  expired: { code: 'ExpiredTokenException', status: 403 },
  unknown: { code: 'UnrecognizedClientException', status: 400, message: NO_CLIENT },
  incomplete: { code: 'IncompleteSignatureException', status: 400 },
});

const SNS = tableOf({
  denied: { code: 'AuthorizationError', status: 403 },
  mismatch: { code: 'SignatureDoesNotMatch', status: 403 },
  expired: { code: 'ExpiredToken', status: 403 },
  unknown: { code: 'InvalidClientTokenId', status: 403, message: NO_CLIENT },
  incomplete: { code: 'IncompleteSignature', status: 403 },
});

/** The codes of the Query protocol and the statuses are observed; the codes of the JSON protocol are not confirmed. */
const SQS = tableOf({
  denied: { code: 'AccessDeniedException', status: 403, queryCode: 'AccessDenied' },
  mismatch: { code: 'InvalidSignatureException', status: 403, queryCode: 'SignatureDoesNotMatch' },
  expired: { code: 'ExpiredTokenException', status: 403, queryCode: 'ExpiredToken' },
  unknown: { code: 'UnrecognizedClientException', status: 403, message: NO_CLIENT, queryCode: 'InvalidClientTokenId' },
  incomplete: { code: 'IncompleteSignatureException', status: 403, queryCode: 'IncompleteSignature' },
});

const REFUSALS = { glacier: GLACIER, s3: S3, sns: SNS, sqs: SQS };

/** How a service answers a request whose signature is invalid. */
export const refuseSignature = (service: ServiceName, { kind, detail }: SignatureProblem): Refusal =>
  refusal(REFUSALS[service][kind], kind === 'unsigned-headers' ? `${UNSIGNED}: ${detail}` : detail);

/** How a service answers a caller without the required permission. */
export const refuseAccess = (service: ServiceName, { message }: Pick<Denial, 'message'>): Refusal =>
  refusal(REFUSALS[service]['access-denied'], message);

const refusal = (row: Row, detail: string): Refusal => ({
  code: row.code,
  ...(row.queryCode === undefined ? {} : { queryCode: row.queryCode }),
  status: row.status,
  message: row.message ?? detail,
});
