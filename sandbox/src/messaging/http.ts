import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Reply as WireReply } from '../service';
import { ApiError } from './api-error';

/** A batch holds at most 1 MiB of text, which its escapes in JSON or in a form can make six times as long. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** @throws ApiError when the body is longer than any valid request. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) throw new ApiError('RequestEntityTooLarge', 413, 'The request is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Hex. */
export const sha256 = (body: string): string => createHash('sha256').update(body).digest('hex');

export interface Reply {
  readonly status: number;
  readonly contentType: 'application/x-amz-json-1.0' | 'text/xml';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The reply as the server sends it. */
export const toWire = ({ status, contentType, headers, body }: Reply): WireReply => ({
  status,
  headers: { 'content-type': contentType, ...headers },
  body,
});
