import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from '@temporalio/client';
import { reasonOf } from '../../reason';
import { answerApi } from './api';
import type { WebFiles } from './files';
import { refusalOf } from './guard';
import { markdownPage } from './markdown-page';

/** Temporal accepts 2 MiB per payload, 4 MiB per request. */
const MOST_BODY_BYTES = 4 * 1024 * 1024;

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
};

export interface WebUi {
  /** http://127.0.0.1:port */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves Temporal's Web UI on 127.0.0.1, to programs on this machine and its own pages only. The Web UI of the Temporal CLI
 * responds to any host name, so a web page could read and start workflows by DNS rebinding.
 * @param port 0 for any free one
 * @param connection the Temporal server to show; the caller closes it
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function startWebUi(port: number, connection: Connection, files: WebFiles): Promise<WebUi> {
  const server = createServer((request, response) => {
    serve(request, response, connection, files).catch((error: unknown) => fail(response, error));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  connection: Connection,
  { index, files, settings }: WebFiles,
): Promise<void> {
  const { method = 'GET', headers } = request;
  const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const refusal = refusalOf({ method, path, headers });
  if (refusal !== null) {
    send(response, 403, { 'Content-Type': 'text/plain', Connection: 'close' }, `${refusal}\n`);
    return;
  }
  if (path === '/api/v1/settings') {
    // The Web UI would fetch release news from the internet.
    sendJson(response, 200, { ...settings, DisableNewsFetch: true });
    return;
  }
  if (path.startsWith('/api/')) {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const body = await readBody(request);
    if (body === null) {
      send(response, 413, { 'Content-Type': 'text/plain', Connection: 'close' }, 'The body is too long.\n');
      return;
    }
    const answer = await answerApi(connection, { verb: method, path, query, body, signal: gone.signal });
    sendJson(response, answer.status, answer.json);
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') {
    send(response, 405, { Allow: 'GET, HEAD' }, '');
  } else if (path === '/render') {
    const theme = [query.get('theme'), query.get('overrideTheme')].filter(Boolean).join('-');
    const { html, policy } = markdownPage(query.get('content') ?? '', theme);
    send(response, 200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy }, html);
  } else {
    const file = files.get(path);
    if (file === undefined) send(response, 200, { 'Content-Type': 'text/html; charset=utf-8' }, index);
    else send(response, 200, { 'Content-Type': file.contentType }, file.body);
  }
}

function send(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, body: string | Buffer): void {
  response.writeHead(status, { ...HEADERS, 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

const sendJson = (response: ServerResponse, status: number, json: unknown): void =>
  send(response, status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }, JSON.stringify(json));

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, 500, { code: 13, message: reasonOf(error), details: [] });
}

/** Null for an oversized body. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
