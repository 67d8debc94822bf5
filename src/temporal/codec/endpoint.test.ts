import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { temporal } from '@temporalio/proto';
import { EncryptionCodec } from './encryption-codec';
import { startCodecEndpoint, type CodecEndpoint } from './endpoint';

const PayloadsMessage = temporal.api.common.v1.Payloads;
const WEB_UI = 'http://localhost:8233';
const codec = new EncryptionCodec({ currentId: 'a', keys: new Map([['a', Buffer.alloc(32, 7)]]) });
const base64 = (words: string): string => Buffer.from(words).toString('base64');
const PLAIN = { payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64('{"vault":"photos"}') }] };

let endpoint: CodecEndpoint;
beforeAll(async () => {
  endpoint = await startCodecEndpoint({ codec, port: 0, origins: [WEB_UI] });
});
afterAll(async () => await endpoint.close());

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Not fetch, which sets Host and Origin itself. */
async function ask(path: string, { method = 'POST', headers, body = '' }: Asked = {}) {
  const sent = request(`${endpoint.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject).end(body);
  });
  const answered = await text(reply);
  return {
    status: reply.statusCode,
    headers: reply.headers,
    body: (answered === '' ? null : JSON.parse(answered)) as unknown,
  };
}

test('decodes what the codec has encrypted, as the Web UI asks for it', async () => {
  const encrypted = await codec.encode(PayloadsMessage.fromObject(PLAIN).payloads);
  const body = JSON.stringify(PayloadsMessage.create({ payloads: encrypted }).toJSON());
  expect(body).not.toContain(base64('photos').slice(0, 6));
  const reply = await ask('/decode', { headers: { origin: WEB_UI, 'x-namespace': 'default' }, body });
  expect(reply).toMatchObject({ status: 200, body: PLAIN });
  expect(reply.headers['access-control-allow-origin']).toBe(WEB_UI);
  expect(reply.headers['vary']).toBe('Origin');
});

test('encodes for a program, which sends no origin', async () => {
  const reply = await ask('/encode', { body: JSON.stringify(PLAIN) });
  expect(reply.status).toBe(200);
  expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  const { payloads } = PayloadsMessage.fromObject(reply.body as object);
  expect(payloads[0]?.metadata?.['encoding']?.toString()).toBe('binary/encrypted');
  const [decoded] = await codec.decode(payloads);
  expect(Buffer.from(decoded?.data ?? []).toString()).toBe('{"vault":"photos"}');
});

test('the Web UI may ask, and nobody else', async () => {
  const headers = { origin: WEB_UI, 'access-control-request-method': 'POST' };
  const allowed = await ask('/decode', { method: 'OPTIONS', headers });
  expect(allowed.status).toBe(204);
  expect(allowed.headers['access-control-allow-origin']).toBe(WEB_UI);
  expect(allowed.headers['access-control-allow-headers']).toContain('X-Namespace');
  for (const origin of ['http://localhost:8234', 'https://localhost:8233', 'http://evil.example', 'null']) {
    for (const asked of [{ method: 'OPTIONS' }, { body: JSON.stringify(PLAIN) }]) {
      const refused = await ask('/decode', { ...asked, headers: { origin } });
      expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining(origin) as string } });
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    }
  }
});

test.each(['evil.example', 'localhost.evil.example:8081', '127.0.0.1.evil.example'])(
  'a page that calls this machine %s is refused',
  async (host) => {
    expect(await ask('/decode', { headers: { host }, body: JSON.stringify(PLAIN) })).toMatchObject({ status: 403 });
  },
);

const tampered = (): string =>
  JSON.stringify({
    payloads: [
      { metadata: { encoding: base64('binary/encrypted'), 'encryption-key-id': base64('a') }, data: base64('x') },
    ],
  });

test.each([
  ['no JSON', '/decode', { body: '{' }, 400],
  ['no object', '/decode', { body: 'null' }, 400],
  ['no payloads', '/decode', { body: '{}' }, 400],
  ['data that is no text', '/decode', { body: '{"payloads":[{"data":5}]}' }, 400],
  ['data that is no base64', '/decode', { body: '{"payloads":[{"data":"%%"}]}' }, 400],
  ['deep nesting', '/decode', { body: '['.repeat(100_000) }, 400],
  ['a payload that was changed', '/decode', { body: tampered() }, 400],
  ['a form', '/decode', { headers: { 'content-type': 'text/plain' }, body: JSON.stringify(PLAIN) }, 415],
  ['another method', '/decode', { method: 'GET' }, 405],
  ['another path', '/keys', {}, 404],
  ['too long a body', '/decode', { body: 'x'.repeat(16 * 1024 * 1024 + 1) }, 413],
] as const)('%s is refused in JSON', async (_name, path, asked, status) => {
  const reply = await ask(path, asked);
  expect(reply).toMatchObject({ status, body: { message: expect.any(String) as string } });
  expect(reply.headers['content-type']).toBe('application/json');
});
