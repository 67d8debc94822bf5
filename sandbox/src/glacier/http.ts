import { hash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Call, Reply as WireReply } from '../service';
import type { Glacier } from './environment';
import { missingParameter, serializationError } from './errors';

/** The variable parts of a path; empty if the path has none. */
export interface PathParameters {
  readonly vault: string;
  readonly archive: string;
  readonly upload: string;
  readonly job: string;
  readonly lock: string;
}

export interface GlacierRequest {
  readonly path: PathParameters;
  readonly query: URLSearchParams;
  /** Text of the body; empty if the body is an archive's bytes, which `incoming` then streams. */
  readonly body: string;
  readonly incoming: IncomingMessage;
  readonly call: Call;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a bigint as a number with all its digits. */
  readonly json?: unknown;
  /** Streamed; its length is in the headers. */
  readonly bytes?: Iterable<Buffer> | AsyncIterable<Buffer>;
}

export type Handler = (glacier: Glacier, request: GlacierRequest) => Reply | Promise<Reply>;

export function header(request: GlacierRequest, name: string): string | null {
  const value = request.incoming.headers[name];
  return typeof value === 'string' ? value : null;
}

/** @throws GlacierError when the request lacks the header */
export function requireHeader(request: GlacierRequest, name: string): string {
  const value = header(request, name);
  if (value === null) throw missingParameter(name);
  return value;
}

const MOST_JSON_BYTES = 1024 * 1024;

interface TextBody {
  readonly text: string;
  /** Of the raw bytes, hex. */
  readonly sha256: string;
}

/** Reads a body that is not an archive's. @throws GlacierError for more than 1 MiB, of which the rest stays unread */
export async function readTextBody(incoming: IncomingMessage): Promise<TextBody> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MOST_JSON_BYTES) throw serializationError('The request body is too large.');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return { text: bytes.toString('utf8'), sha256: hash('sha256', bytes) };
}

/** The JSON object in the request's body. @throws GlacierError when there is none */
export function readJsonObject(request: GlacierRequest): Readonly<Record<string, unknown>> {
  const value = parseJson(request.body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw serializationError('The request body is not a JSON object.');
  }
  return value as Readonly<Record<string, unknown>>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw serializationError('The request body is not JSON.');
  }
}

/** A member of a JSON body: null where absent. @throws GlacierError if it is not a string */
export function textMember(body: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = body[name] ?? null;
  if (value !== null && typeof value !== 'string') throw serializationError(`${name} is not a string.`);
  return value;
}

/** The reply as the server sends it. */
export function toWire({ status, headers = {}, json, bytes }: Reply): WireReply {
  if (bytes !== undefined) return { status, headers, body: bytes };
  if (json === undefined) return { status, headers };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: jsonText(json) };
}

const BIGINT_MARK = randomUUID();
const MARKED_BIGINT = new RegExp(`"${BIGINT_MARK}(\\d+)"`, 'g');

/** What JSON.rawJSON does in later releases of Node. */
function jsonText(value: unknown): string {
  const marked = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? BIGINT_MARK + String(member) : member,
  );
  return marked.replaceAll(MARKED_BIGINT, '$1');
}
