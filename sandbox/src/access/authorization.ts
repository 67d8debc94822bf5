import { type Headers, queryParameters, splitTarget } from './canonical-request';

/** What a request says about its own signature. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `20261123/us-east-1/glacier/aws4_request` */
  readonly scope: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Lower-case names. */
  readonly signedHeaders: readonly string[];
  /** 64 hex digits. */
  readonly signature: string;
  /** `20261123T101500Z` */
  readonly timestamp: string;
  readonly sessionToken: string | null;
  /** Of a presigned URL: how long it is valid. Null for a signature in the header. */
  readonly expiresInMs: number | null;
  /** As the request states it: SHA-256 of the payload in hex or a constant such as UNSIGNED-PAYLOAD. */
  readonly payloadHash: string | null;
}

/** An authorization that is not well formed. Its message is a sentence. */
export class MalformedAuthorization extends Error {}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** S3 API reference, "Authenticating Requests: Using Query Parameters". */
const LONGEST_EXPIRY_SECONDS = 7 * 24 * 60 * 60;

/** @throws MalformedAuthorization */
export function readAuthorization(target: string, headers: Headers): Authorization {
  const header = headers.get('authorization');
  return header === undefined ? fromQuery(target, headers) : fromHeader(header, headers);
}

function fromHeader(header: string, headers: Headers): Authorization {
  const [, algorithm = '', rest = ''] = /^(\S+) ?(.*)$/.exec(header) ?? [];
  const fields = new Map(
    rest.split(',').map((field) => {
      const [name = '', ...value] = field.trim().split('=');
      return [name, value.join('=')] as const;
    }),
  );
  return {
    ...common(algorithm, (name) => fields.get(name)),
    timestamp: timestampOf(headers),
    sessionToken: headers.get('x-amz-security-token') ?? null,
    expiresInMs: null,
    payloadHash: headers.get('x-amz-content-sha256') ?? null,
  };
}

function fromQuery(target: string, headers: Headers): Authorization {
  const parameters = new Map(queryParameters(splitTarget(target).query));
  const parameter = (name: string): string | undefined => parameters.get(`X-Amz-${name}`);
  return {
    ...common(parameter('Algorithm') ?? '', parameter),
    timestamp: checkedTimestamp(parameter('Date')),
    sessionToken: parameter('Security-Token') ?? null,
    expiresInMs: 1000 * expirySeconds(parameter('Expires')),
    payloadHash: parameter('Content-Sha256') ?? headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD',
  };
}

type Common = Pick<
  Authorization,
  'accessKeyId' | 'scope' | 'date' | 'region' | 'service' | 'signedHeaders' | 'signature'
>;

function common(algorithm: string, field: (name: string) => string | undefined): Common {
  if (algorithm !== ALGORITHM) {
    throw new MalformedAuthorization(`The algorithm has to be ${ALGORITHM}, not ${algorithm || 'missing'}.`);
  }
  const match = /^(.+)\/((\d{8})\/([^/]+)\/([^/]+)\/aws4_request)$/.exec(required('Credential', field));
  const [, accessKeyId, scope, date, region, service] = match ?? [];
  if (!accessKeyId || !scope || !date || !region || !service) {
    throw new MalformedAuthorization('The Credential has to be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.');
  }
  const signature = required('Signature', field);
  if (!/^[0-9a-f]{64}$/.test(signature)) throw new MalformedAuthorization('The Signature has to be 64 hex digits.');
  const signedHeaders = required('SignedHeaders', field).split(';');
  if (!signedHeaders.includes('host')) throw new MalformedAuthorization('host has to be among the SignedHeaders.');
  return { accessKeyId, scope, date, region, service, signedHeaders, signature };
}

function required(name: string, field: (name: string) => string | undefined): string {
  const value = field(name);
  if (value === undefined) throw new MalformedAuthorization(`The authorization lacks ${name}.`);
  return value;
}

/** X-Amz-Date, or else Date, which may be in either form. */
function timestampOf(headers: Headers): string {
  const own = headers.get('x-amz-date');
  if (own !== undefined) return checkedTimestamp(own);
  const date = headers.get('date');
  const atMs = Date.parse(date ?? '');
  if (Number.isNaN(atMs)) return checkedTimestamp(date);
  return new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '');
}

function checkedTimestamp(text: string | undefined): string {
  if (text !== undefined && /^\d{8}T\d{6}Z$/.test(text) && !Number.isNaN(timestampMs(text))) return text;
  throw new MalformedAuthorization('The request lacks a date of the form YYYYMMDDThhmmssZ.');
}

/** Milliseconds since 1970. */
export const timestampMs = (timestamp: string): number =>
  Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

function expirySeconds(text: string | undefined): number {
  if (text === undefined || !/^\d{1,9}$/.test(text)) {
    throw new MalformedAuthorization('X-Amz-Expires has to be a number of seconds.');
  }
  if (Number(text) > LONGEST_EXPIRY_SECONDS) {
    throw new MalformedAuthorization(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST_EXPIRY_SECONDS} seconds`,
    );
  }
  return Number(text);
}
