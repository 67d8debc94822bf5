import type { IncomingMessage } from 'node:http';
import type { Call, Reply as WireReply } from '../service';
import type { Glacier } from './environment';
import { missingParameter, serializationError } from './errors';

/** The variable parts of a path; empty where the path has none. */
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
  readonly incoming: IncomingMessage;
  readonly call: Call;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Streamed; its length is in the headers. */
  readonly bytes?: AsyncIterable<Buffer>;
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

/** The JSON object in the request's body. @throws GlacierError when there is none */
export async function readJsonObject(request: GlacierRequest): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.incoming as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MOST_JSON_BYTES) throw serializationError('The request body is too large.');
    chunks.push(chunk);
  }
  const value = parseJson(Buffer.concat(chunks).toString('utf8'));
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

/** A member of a JSON body: null where absent. @throws GlacierError when it is no string */
export function textMember(body: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = body[name] ?? null;
  if (value !== null && typeof value !== 'string') throw serializationError(`${name} is not a string.`);
  return value;
}

/** The reply as the server sends it. */
export function toWire({ status, headers = {}, json, bytes }: Reply): WireReply {
  if (bytes !== undefined) return { status, headers, body: bytes };
  if (json === undefined) return { status, headers };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(json) };
}
