/**
 * The bytes of a request that Signature Version 4 signs (IAM guide, "Create a signed AWS API request"; S3 API
 * reference, "Authenticating Requests"). Texts here hold one byte per character, as node:http reads targets and headers.
 */

/** The signed parts of a request, before canonicalization. */
interface RequestToSign {
  readonly method: string;
  /** As on the request line. */
  readonly target: string;
  readonly headers: Headers;
  /** Lower-case names, as the signer lists them. */
  readonly signedHeaders: readonly string[];
  /** SHA-256 of the payload in hex, or a constant such as UNSIGNED-PAYLOAD. */
  readonly payloadHash: string;
}

/** Canonical values by lower-case name. */
export type Headers = ReadonlyMap<string, string>;

const percent = (byte: string): string => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
const encode = (bytes: string): string => bytes.replace(/[^A-Za-z0-9\-._~]/g, percent);
const decode = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

export function canonicalRequest(request: RequestToSign, service: string): string {
  const { method, target, headers, signedHeaders, payloadHash } = request;
  const { path, query } = splitTarget(target);
  return [
    method,
    canonicalPath(path, service),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${headers.get(name) ?? ''}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark === -1 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** S3 encodes an object's key once and keeps its `..` and `//`; all other services normalise the path and encode what is on the wire again. */
function canonicalPath(path: string, service: string): string {
  const signed = service === 's3' ? decode(path) : normalised(path);
  return signed.split('/').map(encode).join('/');
}

function normalised(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

/** Name and value of every query parameter, decoded. A plus is a space. */
const queryParameters = (query: string): readonly (readonly [string, string])[] =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.includes('=') ? pair.indexOf('=') : pair.length;
      const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
      return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))] as const;
    });

function canonicalQuery(query: string): string {
  return queryParameters(query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const compare = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

/** @param rawHeaders names and values in turn */
export function readHeaders(rawHeaders: readonly string[]): Headers {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = trimAll(rawHeaders[index + 1] ?? '');
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return headers;
}

/** Runs of white space count as one space. The byte A0 is not white space: it is part of many UTF-8 characters. */
const trimAll = (value: string): string => value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
