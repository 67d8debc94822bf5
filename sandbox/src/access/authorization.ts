import type { Headers } from './canonical-request';

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
  /** As the request states it: SHA-256 of the payload in hex or a constant such as UNSIGNED-PAYLOAD. */
  readonly payloadHash: string | null;
}

/** A malformed Authorization header. The message is a full sentence. */
export class MalformedAuthorization extends Error {}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** @throws MalformedAuthorization */
export function readAuthorization(headers: Headers): Authorization {
  const [, algorithm = '', rest = ''] = /^(\S+) ?(.*)$/.exec(headers.get('authorization') ?? '') ?? [];
  const fields = new Map(
    rest.split(',').map((field) => {
      const [name = '', ...value] = field.trim().split('=');
      return [name, value.join('=')] as const;
    }),
  );
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new MalformedAuthorization(`The authorization header has no ${name}.`);
    return value;
  };
  if (algorithm !== ALGORITHM) {
    throw new MalformedAuthorization(`The algorithm has to be ${ALGORITHM}, not ${algorithm || 'missing'}.`);
  }
  const match = /^(.+)\/((\d{8})\/([^/]+)\/([^/]+)\/aws4_request)$/.exec(field('Credential'));
  const [, accessKeyId, scope, date, region, service] = match ?? [];
  if (!accessKeyId || !scope || !date || !region || !service) {
    throw new MalformedAuthorization('The Credential has to be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.');
  }
  const signature = field('Signature');
  if (!/^[0-9a-f]{64}$/.test(signature)) throw new MalformedAuthorization('The Signature has to be 64 hex digits.');
  const signedHeaders = field('SignedHeaders').split(';');
  if (!signedHeaders.includes('host')) throw new MalformedAuthorization('host has to be among the SignedHeaders.');
  return {
    accessKeyId,
    scope,
    date,
    region,
    service,
    signedHeaders,
    signature,
    timestamp: timestampOf(headers),
    sessionToken: headers.get('x-amz-security-token') ?? null,
    payloadHash: headers.get('x-amz-content-sha256') ?? null,
  };
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
  throw new MalformedAuthorization('The request has no date of the form YYYYMMDDThhmmssZ.');
}

/** Milliseconds since 1970. */
export const timestampMs = (timestamp: string): number =>
  Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
