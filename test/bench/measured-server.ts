/** A server in a process of its own, to be measured from another: the sandbox, or a bare one to compare it with. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import path from 'node:path';
import { usageOf } from './process-usage';

const MIB = 1024 ** 2;

/** The command line, as it is built. */
export const MAIN = path.join(__dirname, '../../cli/main.js');

type ServiceName = 's3' | 'glacier';

const authorization = (service: ServiceName): string =>
  `AWS4-HMAC-SHA256 Credential=bench/20261123/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The process, and connections to it. */
export class Server {
  private constructor(
    private readonly process: ChildProcess,
    private readonly port: number,
    private readonly agent: Agent,
  ) {}

  /** The sandbox as a person starts it, with jobs that take no time. */
  static sandbox(dataDir: string): Promise<Server> {
    const delays = ['bulk', 'standard', 'expedited', 'inventory'].flatMap((kind) => ['--delay', `${kind}=0ms`]);
    return Server.start([MAIN, 'sandbox', '--data', dataDir, '--port', '0', '--discard-bodies', ...delays]);
  }

  /** Reads what it gets, and answers a GET with as many bytes as the range has: the least that a server can do. */
  static bare(): Promise<Server> {
    return Server.start([__filename]);
  }

  private static async start(args: readonly string[]): Promise<Server> {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text.toString())?.[1];
    return new Server(child, Number(port), new Agent({ keepAlive: true }));
  }

  /** Sends a request and reads the answer, of which it keeps what may be a text. */
  async send(
    service: ServiceName,
    method: string,
    target: string,
    headers: OutgoingHttpHeaders = {},
    body: Buffer | string = '',
  ): Promise<Reply> {
    const { port, agent } = this;
    const version = service === 'glacier' ? { 'x-amz-glacier-version': '2012-06-01' } : {};
    const signed = {
      authorization: authorization(service),
      'content-length': Buffer.byteLength(body),
      ...version,
      ...headers,
    };
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path: target, headers: signed });
    outgoing.end(body);
    const [incoming] = await once(outgoing, 'response');
    const pieces: Buffer[] = [];
    const keeps = Number(incoming.headers['content-length'] ?? 0) < MIB;
    incoming.on('data', (bytes: Buffer) => void (keeps && pieces.push(bytes)));
    await once(incoming, 'end');
    const reply = { status: incoming.statusCode, headers: incoming.headers, text: Buffer.concat(pieces).toString() };
    if (reply.status >= 300) throw new Error(`${method} ${target} answered ${reply.status}: ${reply.text}`);
    return reply;
  }

  /** Fills a vault of the sandbox with made-up archives. @param spec YAML */
  async seed(vault: string, spec: string): Promise<void> {
    const url = `http://127.0.0.1:${this.port}/_sandbox/vaults/${vault}/seed`;
    const { ok, status } = await fetch(url, { method: 'POST', body: spec });
    if (!ok) throw new Error(`Seeding answered ${status}.`);
  }

  /** Reads bytes of a job's output and forgets them, at a fourth of what Node's HTTP client would take. */
  async readOutput(jobId: string, startByte: number, sizeBytes: number): Promise<void> {
    let head = '';
    let receivedBytes = 0;
    const buffer = Buffer.allocUnsafe(MIB);
    const take = (bytes: number): boolean => {
      if (head === '') head = buffer.toString('latin1', 0, bytes).split('\r\n\r\n')[0] ?? '';
      receivedBytes += bytes;
      return true;
    };
    const socket = connect({ host: '127.0.0.1', port: this.port, onread: { buffer, callback: take } });
    const headers = {
      host: '127.0.0.1',
      connection: 'close',
      authorization: authorization('glacier'),
      'x-amz-glacier-version': '2012-06-01',
      range: `bytes=${startByte}-${startByte + sizeBytes - 1}`,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET /-/vaults/bench/jobs/${jobId}/output HTTP/1.1\r\n${lines.join('')}\r\n`);
    await once(socket, 'close');
    if (receivedBytes < sizeBytes) throw new Error(`The output broke off after ${receivedBytes} bytes: ${head}`);
  }

  cpuSeconds(): number {
    return usageOf(this.process.pid ?? 0).cpuSeconds;
  }

  peakRssMiB(): number {
    return usageOf(this.process.pid ?? 0).peakRssMiB;
  }

  stop(): void {
    this.agent.destroy();
    this.process.kill();
  }
}

/** Carries out `times` calls, so many at a time. Returns seconds of the clock, of the server's CPU and of this one's. */
export async function timed(
  server: Server,
  times: number,
  atATime: number,
  call: (index: number) => Promise<unknown>,
): Promise<{ seconds: number; serverCpuSeconds: number; clientCpuSeconds: number }> {
  const serverBefore = server.cpuSeconds();
  const before = process.cpuUsage();
  const started = process.hrtime.bigint();
  let next = 0;
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      while (next < times) await call(next++);
    }),
  );
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const { user, system } = process.cpuUsage(before);
  return { seconds, serverCpuSeconds: server.cpuSeconds() - serverBefore, clientCpuSeconds: (user + system) / 1e6 };
}

function runBare(): void {
  const zeros = Buffer.alloc(64 * MIB);
  const server = createServer((incoming, response) => {
    const [start = 0, end = -1] = (incoming.headers.range?.match(/\d+/g) ?? []).map(Number);
    incoming.resume().once('end', () => response.end(zeros.subarray(0, end + 1 - start)));
  });
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}

if (process.argv[1] === __filename) runBare();
