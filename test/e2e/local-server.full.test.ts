import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { startDevServer, type DevServer } from '../../src/temporal/dev-server';
import { loadDevSettings } from '../../src/temporal/dev-settings';
import { findExecutable } from '../../src/temporal/temporal-cli-executable';
import { freePort, freePorts } from '../../src/temporal/local-port';
import { PORTS_CLOSED_TO_BROWSERS } from '../../src/temporal/ports-closed-to-browsers';
import { listeningPorts, processWith } from '../support/listening-ports';
import { describeWith, type Tool } from '../support/tool';

const run = promisify(execFile);

const MARK = 'private-vault-name';
const WORKFLOW = `${MARK}/shard-000001`;
const WORKFLOWS = '/api/v1/namespaces/default/workflows';
const ANSWER_LIMIT_MS = 2_000;

let server: DevServer;
let client: Client;
let kept: WorkflowHandle;
let uiPort: number;

beforeAll(async () => {
  const port = await freePort(0);
  server = await startDevServer({
    executable: await findExecutable(() => undefined),
    settings: loadDevSettings(),
    port,
    uiPort: await freePort(0),
    databaseFile: null,
  });
  uiPort = Number(new URL(server.uiUrl ?? '').port);
  client = new Client({ connection: await Connection.connect({ address: server.address }) });
  kept = await client.workflow.start('nothing', { workflowId: WORKFLOW, taskQueue: 'nobody', args: [{ vault: MARK }] });
}, 120_000);
afterAll(async () => {
  await client.connection.close();
  await server.stop();
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What a port answers in HTTP; status 0 for nothing, or for something else than HTTP. */
async function ask(
  port: number,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders,
  body = '',
): Promise<Answer> {
  return await new Promise((resolve) => {
    const none = (): void => resolve({ status: 0, body: '' });
    const options = { host: '127.0.0.1', port, method, path, headers, timeout: ANSWER_LIMIT_MS, agent: false };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
        .on('error', none);
    });
    sent.on('error', none).on('timeout', () => sent.destroy());
    sent.end(body);
  });
}

/** As a page of another site sends, which needs no permission for it. */
const blind = (port: number) => ({
  Host: `127.0.0.1:${port}`,
  Origin: 'https://evil.example',
  'Content-Type': 'text/plain;charset=UTF-8',
  'Sec-Fetch-Mode': 'no-cors',
  'Sec-Fetch-Site': 'cross-site',
});
/** As a page sends whose name was made to lead here: the browser believes it to be of this server. */
const rebound = (port: number) => ({
  Host: `evil.example:${port}`,
  Origin: `http://evil.example:${port}`,
  'Content-Type': 'application/json',
  'Sec-Fetch-Site': 'same-origin',
});
const program = (port: number) => ({ Host: `127.0.0.1:${port}` });

const START = JSON.stringify({
  workflowType: { name: 'vaultTransfer' },
  activityType: { name: 'prepareInventory' },
  taskQueue: { name: 'glacier-transfer' },
  startToCloseTimeout: '60s',
  input: [{ vault: 'evil' }],
});

const linux: Tool<true> = process.platform === 'linux' ? { found: true } : { missing: 'It reads /proc.' };

describeWith(linux, 'every port of the local server', () => {
  let ports: readonly number[];
  beforeAll(() => {
    ports = [...listeningPorts(processWith(`--port=${server.address.split(':')[1]}`)), ...listeningPorts(process.pid)];
  });

  test('the local server listens on seven known ports: six of Temporal, and that of the Web UI', () => {
    // gRPC, HTTP API, numbers for Prometheus, and three services that talk to each other.
    expect(ports).toHaveLength(7);
    expect(ports.at(-1)).toBe(uiPort);
  });

  test.each([
    ['a page of another site', blind],
    ['a page whose name leads here', rebound],
    ['a page whose name leads here, without its port', (port: number) => ({ ...rebound(port), Host: 'evil.example' })],
    ['a page of a name that does not exist', (port: number) => ({ ...blind(port), Host: 'nobody.invalid' })],
    [
      'a page of another local server',
      (port: number) => ({ ...blind(port), Origin: 'http://localhost:3000', 'Sec-Fetch-Site': 'same-site' }),
    ],
  ])('%s cannot start, change or read a workflow through any port', async (_, headersFor) => {
    const writes = ['activities/x', 'workflows/x', `workflows/${encodeURIComponent(WORKFLOW)}/terminate`].flatMap(
      (path) => [`/api/v1/namespaces/default/${path}`, `/namespaces/default/${path}`],
    );
    const reads = [
      '/api/v1/namespaces',
      '/namespaces/default/workflows',
      WORKFLOWS,
      `${WORKFLOWS}/${encodeURIComponent(WORKFLOW)}`,
      `${WORKFLOWS}/${encodeURIComponent(WORKFLOW)}/history`,
      '/metrics',
    ];
    const answers = await Promise.all(
      ports.flatMap((port) => [
        ...writes.map(async (path) => await ask(port, 'POST', path, headersFor(port), START)),
        ...reads.map(async (path) => await ask(port, 'GET', path, headersFor(port))),
      ]),
    );
    expect(answers.filter(({ body }) => body.includes(MARK))).toEqual([]);
    const posts = answers.filter((_, index) => index % (writes.length + reads.length) < writes.length);
    expect(posts.filter(({ status }) => status >= 200 && status < 300)).toEqual([]);

    const { workflowService } = client;
    expect(String((await workflowService.countWorkflowExecutions({ namespace: 'default' })).count)).toBe('1');
    expect(String((await workflowService.countActivityExecutions({ namespace: 'default' })).count ?? 0)).toBe('0');
    expect((await kept.describe()).status.name).toBe('RUNNING');
    expect((await kept.fetchHistory()).events).toHaveLength(2);
  });

  test('Temporal’s HTTP API refuses programs as well, and browsers do not connect to its port', async () => {
    const answers = await Promise.all(ports.map(async (port) => await ask(port, 'GET', WORKFLOWS, program(port))));
    const refused = ports.filter((_, index) => answers[index]?.body.includes('Host not allowed'));
    expect(refused).toHaveLength(1);
    const closed: readonly number[] = PORTS_CLOSED_TO_BROWSERS;
    expect(ports.filter((port) => closed.includes(port))).toHaveLength(2);
    expect(closed).toContain(refused[0]);
    // Where the Web UI is, and nowhere else, a program is answered.
    expect(ports.filter((_, index) => answers[index]?.status === 200)).toEqual([uiPort]);
  });
});

describe('the Web UI', () => {
  const get = async (path: string): Promise<Answer> => await ask(uiPort, 'GET', path, program(uiPort));
  const id = encodeURIComponent(WORKFLOW);

  test('the Web UI serves its files, its settings and a page for every URL', async () => {
    const page = await get(`/namespaces/default/workflows/${id}`);
    const [script = ''] = /\/_app\/immutable\/entry\/start[^"]+\.js/.exec(page.body) ?? [];
    expect(page.status).toBe(200);
    expect((await get(script)).body).toContain('import');
    expect((await get('/favicon.ico')).status).toBe(200);
    expect(JSON.parse((await get('/api/v1/settings')).body)).toMatchObject({ DisableNewsFetch: true });
    expect((await get('/render?content=**bold**')).body).toContain('<strong>bold</strong>');
  });

  test('shows workflows, also those with a slash in their id', async () => {
    const list = JSON.parse((await get(WORKFLOWS)).body) as { executions: { execution: object }[] };
    expect(list.executions).toMatchObject([{ execution: { workflowId: WORKFLOW } }]);
    const { runId } = await kept.describe();
    const history = JSON.parse((await get(`${WORKFLOWS}/${id}/history`)).body) as { history: { events: object[] } };
    expect(history.history.events[0]).toMatchObject({
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
      workflowExecutionStartedEventAttributes: {
        workflowType: { name: 'nothing' },
        input: { payloads: [{ data: Buffer.from(JSON.stringify({ vault: MARK })).toString('base64') }] },
      },
    });
    expect(JSON.parse((await get(`${WORKFLOWS}/${id}/run/${runId}/history.json`)).body)).toHaveLength(2);
  });

  test('passes on the errors of Temporal', async () => {
    expect(await get(`${WORKFLOWS}/none`)).toMatchObject({ status: 404, body: expect.stringContaining('not found') });
    expect((await ask(uiPort, 'POST', `${WORKFLOWS}/${id}/signal/go`, program(uiPort), '{"bogus":1}')).status).toBe(
      400,
    );
    expect((await get('/api/v1/nothing')).status).toBe(404);
  });

  test('allows its own page to signal and terminate', async () => {
    const page = { Host: `localhost:${uiPort}`, Origin: `http://localhost:${uiPort}`, 'Sec-Fetch-Site': 'same-origin' };
    const other = await client.workflow.start('other', { workflowId: 'own/page', taskQueue: 'nobody' });
    const path = `${WORKFLOWS}/own%2Fpage`;
    expect(await ask(uiPort, 'POST', `${path}/signal/go`, page, '{}')).toMatchObject({ status: 200 });
    expect(await ask(uiPort, 'POST', `${path}/terminate`, page, '{"reason":"seen"}')).toMatchObject({ status: 200 });
    expect((await other.describe()).status.name).toBe('TERMINATED');
  });
});

function findChromium(): Tool<string> {
  for (const name of ['chromium', 'google-chrome', 'chromium-browser']) {
    try {
      execFileSync(name, ['--version'], { stdio: 'pipe' });
      return { found: name };
    } catch {
      // The next one.
    }
  }
  return { missing: 'There is no Chromium.' };
}

const chromium = findChromium();
describeWith(chromium, 'a browser', () => {
  let profile: string;
  beforeAll(() => {
    profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  });
  afterAll(() => rmSync(profile, { recursive: true, force: true }));

  async function show(url: string): Promise<string> {
    const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    const args = [...quiet, `--user-data-dir=${profile}`, '--virtual-time-budget=10000', '--dump-dom', url];
    return (await run('found' in chromium ? chromium.found : '', args, { maxBuffer: 2 ** 26 })).stdout;
  }

  test('shows the Web UI: lists workflows and opens one', async () => {
    // An ended one: for a running one the page waits for news without end.
    const ended = await client.workflow.start('ended', {
      workflowId: 'seen/here',
      taskQueue: 'nobody',
      args: ['input'],
    });
    await ended.terminate();
    const { runId } = await ended.describe();
    expect(await show(`${server.uiUrl}/namespaces/default/workflows`)).toContain('seen/here');
    const opened = await show(`${server.uiUrl}/namespaces/default/workflows/seen%2Fhere/${runId}/history`);
    for (const part of ['seen/here', 'Workflow Execution Terminated', '"input"']) expect(opened).toContain(part);
  }, 120_000);

  test('connects to no port of those for Temporal’s HTTP API, and to others it does', async () => {
    const [closed, open] = await freePorts([PORTS_CLOSED_TO_BROWSERS, 0]);
    const connections: number[] = [];
    const servers = [closed, open].map((port) =>
      createServer((_, response) => {
        connections.push(port);
        response.end('seen');
      }).listen(port, '127.0.0.1'),
    );
    try {
      await show(`http://127.0.0.1:${closed}/`);
      expect(await show(`http://127.0.0.1:${open}/`)).toContain('seen');
      expect(new Set(connections)).toEqual(new Set([open]));
    } finally {
      for (const server of servers) server.close();
    }
  }, 120_000);
});
