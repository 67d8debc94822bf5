import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Authorization, MalformedAuthorization, readAuthorization, timestampMs } from './authorization';
import { canonicalRequest, readHeaders, type Headers } from './canonical-request';
import type { AccessKey } from './credentials';

/** A request as node:http has received it. */
export interface SignedRequest {
  readonly method: string;
  /** As on the request line. */
  readonly target: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  /**
   * SHA-256 of the body in hex, if it has been read; it must then match x-amz-content-sha256. Null
   * if the body is still unread: S3 and Glacier then check it against that header themselves.
   */
  readonly bodySha256: string | null;
}

/** Why a signature is not accepted. */
export interface SignatureProblem {
  readonly kind:
    'bad-signature' | 'expired-token' | 'invalid-token' | 'malformed' | 'skewed' | 'unknown-key' | 'unsigned-headers';
  /** A full sentence, or the names of the unsigned headers. */
  readonly detail: string;
}

type SignatureVerdict = { readonly kind: 'valid'; readonly key: AccessKey } | SignatureProblem;

/** S3 error responses, RequestTimeTooSkewed. */
const MOST_SKEW_MS = 15 * 60 * 1000;
const SHA256_OF_NOTHING = createHash('sha256').digest('hex');
const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Verifies Signature Version 4 in the Authorization header.
 * @param keys by access key id
 * @param nowMs real time, by which clients sign: milliseconds since 1970
 */
export function verifySignature(
  request: SignedRequest,
  keys: ReadonlyMap<string, AccessKey>,
  nowMs: number,
): SignatureVerdict {
  const headers = readHeaders(request.rawHeaders);
  try {
    return verify(request, headers, readAuthorization(headers), keys, nowMs);
  } catch (error) {
    if (!(error instanceof MalformedAuthorization)) throw error;
    return { kind: 'malformed', detail: error.message };
  }
}

function verify(
  request: SignedRequest,
  headers: Headers,
  authorization: Authorization,
  keys: ReadonlyMap<string, AccessKey>,
  nowMs: number,
): SignatureVerdict {
  const key = keys.get(authorization.accessKeyId);
  if (key === undefined) return problem('unknown-key', `The access key ${authorization.accessKeyId} does not exist.`);
  const early = tokenProblem(key, authorization, nowMs) ?? timeProblem(authorization, nowMs);
  if (early !== null) return early;
  const unsigned = unsignedHeaders(authorization, headers);
  if (unsigned.length > 0) return problem('unsigned-headers', unsigned.join(', '));

  const { method, target, bodySha256 } = request;
  const { service, signedHeaders, timestamp, scope, date, region, signature } = authorization;
  const payloadHash = statedPayloadHash(authorization) ?? bodySha256 ?? SHA256_OF_NOTHING;
  const canonical = canonicalRequest({ method, target, headers, signedHeaders, payloadHash }, service);
  const canonicalHash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  const secret = signingKey(key.secretAccessKey, date, region, service);
  const expected = sign(secret, [ALGORITHM, timestamp, scope, canonicalHash].join('\n'));
  const bodyIsOther = bodySha256 !== null && /^[0-9a-f]{64}$/.test(payloadHash) && payloadHash !== bodySha256;
  if (!sameHex(expected, signature) || bodyIsOther || !timestamp.startsWith(date)) {
    return problem('bad-signature', 'The signature does not match the request.');
  }
  return { kind: 'valid', key };
}

const problem = (kind: SignatureProblem['kind'], detail: string): SignatureProblem => ({ kind, detail });

function tokenProblem(key: AccessKey, { sessionToken }: Authorization, nowMs: number): SignatureProblem | null {
  if (sessionToken !== key.sessionToken)
    return problem('invalid-token', 'The session token is not the one of the key.');
  if (key.expiresAtMs !== null && nowMs >= key.expiresAtMs) {
    return problem('expired-token', `The credentials expired at ${new Date(key.expiresAtMs).toISOString()}.`);
  }
  return null;
}

function timeProblem({ timestamp }: Authorization, nowMs: number): SignatureProblem | null {
  const signedAtMs = timestampMs(timestamp);
  const [now, latest, earliest] = [nowMs, nowMs + MOST_SKEW_MS, nowMs - MOST_SKEW_MS].map(basicTime);
  if (signedAtMs > nowMs + MOST_SKEW_MS) {
    return problem(
      'skewed',
      `Signature not yet current: ${timestamp} is still later than ${latest} (${now} + 15 min.)`,
    );
  }
  if (signedAtMs >= nowMs - MOST_SKEW_MS) return null;
  return problem('skewed', `Signature expired: ${timestamp} is now earlier than ${earliest} (${now} - 15 min.)`);
}

const basicTime = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

/** S3 requires every x-amz- header to be signed, but is known to accept an unsigned x-amz-content-sha256. */
function unsignedHeaders({ service, signedHeaders }: Authorization, headers: Headers): readonly string[] {
  if (service !== 's3') return [];
  return [...headers.keys()].filter(
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !signedHeaders.includes(name),
  );
}

/** @throws MalformedAuthorization for a request to S3 that states none */
function statedPayloadHash({ service, payloadHash }: Authorization): string | null {
  if (service !== 's3' || payloadHash !== null) return payloadHash;
  throw new MalformedAuthorization('Missing required header for this request: x-amz-content-sha256');
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The key of one secret, day, region and service (IAM guide, "Derive a signing key"). */
export const signingKey = (secret: string, date: string, region: string, service: string): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');

/** Hex. */
export const sign = (key: Buffer, text: string): string => hmac(key, text).toString('hex');

/** Compares in constant time. */
function sameHex(expected: string, actual: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(actual)];
  return left.length === right.length && timingSafeEqual(left, right);
}
