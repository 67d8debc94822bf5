import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { z } from 'zod';
import { isLoopback } from '../loopback';
import { reasonOf } from '../../reason';

const PayloadsMessage = temporal.api.common.v1.Payloads;
const payloadsShape = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), z.string()).optional(), data: z.string().optional() })),
});
/** Temporal accepts payloads of 2 MiB; the Web UI sends all payloads of an event together, in base64. */
const MOST_BODY_BYTES = 16 * 1024 * 1024;

export interface CodecEndpointOptions {
  readonly codec: PayloadCodec;
  /** 0 for any free one. */
  readonly port: number;
  /** Origins of the Web UI; requests from other pages are rejected. */
  readonly origins: readonly string[];
}

export interface CodecEndpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** An error response. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Serves POST /encode and /decode on 127.0.0.1, in the protocol of Temporal's remote codecs
 * (https://docs.temporal.io/codec-server): Payloads as JSON both ways. Serves every client that can reach the port, except web
 * pages other than the Web UI.
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function startCodecEndpoint(options: CodecEndpointOptions): Promise<CodecEndpoint> {
  const server = createServer((request, response) => void serve(request, response, options));
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function serve(request: IncomingMessage, response: ServerResponse, options: CodecEndpointOptions): Promise<void> {
  try {
    const origin = allowedOrigin(request, options.origins);
    if (origin !== null) response.setHeader('Access-Control-Allow-Origin', origin).setHeader('Vary', 'Origin');
    if (request.method === 'OPTIONS') preflight(response);
    else answer(response, 200, await translate(request, options.codec));
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 400;
    // The rest of an oversized body is not read: the connection is closed after the response.
    if (status === 413) response.setHeader('Connection', 'close');
    answer(response, status, { message: reasonOf(error) });
  }
}

/**
 * The Web UI's origin, or null for a program, which sends no Origin.
 * @throws Refusal for other pages, including DNS rebinding
 */
function allowedOrigin({ headers }: IncomingMessage, origins: readonly string[]): string | null {
  if (!isLoopback(headers.host ?? '')) throw new Refusal(403, 'The host must be localhost or 127.0.0.1.');
  const { origin } = headers;
  if (origin === undefined || origins.includes(origin)) return origin ?? null;
  throw new Refusal(403, `Pages of ${origin} are not served; --web-ui says whose are.`);
}

function preflight(response: ServerResponse): void {
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': 'Content-Type, X-Namespace, Authorization',
    'Access-Control-Max-Age': '600',
  });
  response.end();
}

async function translate(request: IncomingMessage, codec: PayloadCodec): Promise<object> {
  const path = request.url?.split('?')[0];
  if (path !== '/encode' && path !== '/decode') throw new Refusal(404, 'There are /encode and /decode.');
  if (request.method !== 'POST') throw new Refusal(405, 'The method must be POST.');
  // A page may send other content types without a preflight request.
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json') {
    throw new Refusal(415, 'The content type must be application/json.');
  }
  const payloads = payloadsOf(await readBody(request));
  const translated = path === '/encode' ? await codec.encode(payloads) : await codec.decode(payloads);
  return PayloadsMessage.create({ payloads: translated }).toJSON();
}

function payloadsOf(body: string): Payload[] {
  const json: unknown = JSON.parse(body);
  if (!payloadsShape.safeParse(json).success) {
    throw new Refusal(
      400,
      'The body does not contain payloads: {"payloads":[{"metadata":{"encoding":"base64"},"data":"base64"}]}.',
    );
  }
  return PayloadsMessage.fromObject(json as object).payloads;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BODY_BYTES) throw new Refusal(413, `The body is longer than ${MOST_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
