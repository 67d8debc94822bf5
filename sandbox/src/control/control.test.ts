import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type SandboxClients, startSandboxClients } from '../testing/sandbox-clients';

let clients: SandboxClients;
beforeAll(async () => {
  clients = await startSandboxClients();
});
afterAll(() => clients.close());

interface Answer {
  readonly status: number | undefined;
  readonly body: Record<string, unknown>;
}

function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(`/_sandbox/${path}`, clients.sandbox.endpoint), { method, headers });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      text(incoming).then((answer) => resolve({ status: incoming.statusCode, body: JSON.parse(answer) }), reject);
    });
    outgoing.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

test('the control endpoint reads the clock and advances it', async () => {
  const before = await send('GET', 'clock');
  expect(before).toMatchObject({ status: 200, body: { rate: 1 } });
  const after = await send('POST', 'clock', { advance: '26h' });
  const passedMs = Date.parse(String(after.body['now'])) - Date.parse(String(before.body['now']));
  expect(passedMs).toBeGreaterThanOrEqual(26 * 3_600_000);
  expect(clients.sandbox.clock.now()).toBeGreaterThanOrEqual(Date.parse(String(after.body['now'])));
});

test('the control endpoint adds faults, lists them with their counts, and removes them', async () => {
  const rule = { fault: 'error', on: 's3:PutObject', code: 'SlowDown', probability: 0.5 };
  expect(await send('POST', 'faults', { seed: 3, rules: [rule] })).toMatchObject({ status: 200 });
  expect(await send('GET', 'faults')).toMatchObject({
    status: 200,
    body: { rules: [{ rule: { fault: 'error', on: ['s3:PutObject'], code: 'SlowDown' }, matched: 0, injected: 0 }] },
  });
  expect(await send('DELETE', 'faults')).toEqual({ status: 200, body: { rules: [] } });
});

test.each([
  ['GET', 'weather', undefined, 404, 'There is no GET weather. There are: GET clock'],
  ['POST', 'clock', { advance: 'tomorrow' }, 400, '"tomorrow" is not a valid duration'],
  ['POST', 'clock', '{', 400, 'The body is not valid JSON'],
  ['POST', 'faults', { rules: [{ fault: 'error' }] }, 400, 'code'],
])('the control endpoint rejects %s %s with the body %j: %d', async (method, path, body, status, message) => {
  const answer = await send(method, path, body);
  expect(answer).toMatchObject({ status, body: { error: expect.stringContaining(message) } });
});

test('requests to the control endpoint are not logged as calls', () => {
  expect(clients.calls.map(({ operation }) => operation)).toEqual(['CreateVault', 'CreateBucket']);
});
