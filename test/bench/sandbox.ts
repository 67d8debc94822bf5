/**
 * Prints what the sandbox does in a second, each figure beside that of a bare HTTP server in the same run, as JSON.
 *
 *   npm run bench:sandbox
 *
 * Both servers are processes of their own on the loopback; this one is the client, and shares the cores with them.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { MAIN, Server, timed } from './measured-server';

const MIB = 1024 ** 2;
const PART_BYTES = 16 * MIB;
const PARTS = 128;
const PARTS_AT_A_TIME = 8;
const JOBS = 20_000;
const JOBS_AT_A_TIME = 16;
const STARTS = 7;
const SEEDED = 1_000_000;

/** Moves bytes to or from the server; all figures are per 1,000,000,000 bytes. */
async function throughput(
  server: Server,
  parts: number,
  call: (index: number) => Promise<unknown>,
): Promise<{ mbPerSecond: number; serverCpuSecondsPerGb: number; clientCpuSecondsPerGb: number }> {
  await timed(server, PARTS_AT_A_TIME, PARTS_AT_A_TIME, call);
  const { seconds, serverCpuSeconds, clientCpuSeconds } = await timed(server, parts, PARTS_AT_A_TIME, call);
  const gb = (parts * PART_BYTES) / 1e9;
  return {
    mbPerSecond: Math.round((gb * 1000) / seconds),
    serverCpuSecondsPerGb: rounded(serverCpuSeconds / gb),
    clientCpuSecondsPerGb: rounded(clientCpuSeconds / gb),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const ratio = (of: { mbPerSecond: number }, to: { mbPerSecond: number }): number =>
  rounded(of.mbPerSecond / to.mbPerSecond);

async function uploads(sandbox: Server, bare: Server): Promise<object> {
  await sandbox.send('s3', 'PUT', '/bench');
  const part = Buffer.alloc(PART_BYTES, 'the bytes of a part, none of them special; ');
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(part));
  const upload = async (server: Server, checksum: OutgoingHttpHeaders): Promise<ReturnType<typeof throughput>> => {
    const { text } = await server.send('s3', 'POST', '/bench/archive?uploads', algorithmOf(checksum));
    const id = /<UploadId>(.*)<\/UploadId>/.exec(text)?.[1] ?? '';
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...checksum };
    return throughput(server, PARTS, (index) =>
      server.send('s3', 'PUT', `/bench/archive?partNumber=${index + 1}&uploadId=${id}`, headers, part),
    );
  };
  const crc = { 'x-amz-checksum-crc32': sum.toString('base64') };
  const figures = { bare: await upload(bare, crc), crc32: await upload(sandbox, crc), none: await upload(sandbox, {}) };
  return { ...figures, ratio: ratio(figures.crc32, figures.bare) };
}

const algorithmOf = (checksum: OutgoingHttpHeaders): OutgoingHttpHeaders =>
  'x-amz-checksum-crc32' in checksum
    ? { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' }
    : {};

/** The root of an archive made of one MiB again and again, as often as a power of two says. */
function treeHashOfCopies(mib: Buffer, copies: number): string {
  let node = createHash('sha256').update(mib).digest();
  for (let width = 1; width < copies; width *= 2) node = createHash('sha256').update(node).update(node).digest();
  return node.toString('hex');
}

/** Uploads an archive and asks for it. Returns the job's id, once it has succeeded. */
async function archiveJob(sandbox: Server, mib: Buffer, copies: number): Promise<string> {
  const archive = Buffer.concat(Array.from({ length: copies }, () => mib));
  const hashes = {
    'x-amz-sha256-tree-hash': treeHashOfCopies(mib, copies),
    'x-amz-content-sha256': createHash('sha256').update(archive).digest('hex'),
  };
  const { headers } = await sandbox.send('glacier', 'POST', '/-/vaults/bench/archives', hashes, archive);
  return finishedJob(sandbox, String(headers['x-amz-archive-id']));
}

const jobOf = (archiveId: string): string => JSON.stringify({ Type: 'archive-retrieval', ArchiveId: archiveId });

async function finishedJob(sandbox: Server, archiveId: string): Promise<string> {
  return finished(sandbox, jobOf(archiveId));
}

/** Asks for an archive or an inventory and waits for it. Returns the job's id. */
async function finished(sandbox: Server, job: string): Promise<string> {
  const { headers } = await sandbox.send('glacier', 'POST', '/-/vaults/bench/jobs', {}, job);
  const jobId = String(headers['x-amz-job-id']);
  while (!(await sandbox.send('glacier', 'GET', `/-/vaults/bench/jobs/${jobId}`)).text.includes('Succeeded')) {
    await setTimeout(10);
  }
  return jobId;
}

async function downloads(sandbox: Server, bare: Server): Promise<object> {
  const copies = 256;
  const jobId = await archiveJob(sandbox, Buffer.alloc(MIB, 'one MiB of an archive '), copies);
  const chunks = (copies * MIB) / PART_BYTES;
  const download = (server: Server, job = 'any'): ReturnType<typeof throughput> =>
    throughput(server, PARTS, (index) => server.readOutput(job, (index % chunks) * PART_BYTES, PART_BYTES));
  const figures = {
    bare: await download(bare),
    uploadedArchive: await download(sandbox, jobId),
    virtualArchive: await download(sandbox, await virtualJob(sandbox, copies)),
  };
  return { ...figures, ratio: ratio(figures.virtualArchive, figures.bare) };
}

/** Seeds one archive of so many MiB and asks for it. Returns the job's id. */
async function virtualJob(sandbox: Server, mebibytes: number): Promise<string> {
  await sandbox.seed('bench', `count: 1\nsizes: ${mebibytes}MiB\nnames: { blank: 1 }\n`);
  const inventory = await finished(sandbox, '{"Type":"inventory-retrieval"}');
  const { text } = await sandbox.send('glacier', 'GET', `/-/vaults/bench/jobs/${inventory}/output`);
  const { ArchiveList } = JSON.parse(text) as { ArchiveList: { ArchiveId: string; ArchiveDescription: string }[] };
  return finishedJob(sandbox, ArchiveList.at(-1)?.ArchiveId ?? '');
}

/** A vault of a million archives: seconds to fill it, seconds until its inventory is there, and memory with both. */
async function million(folder: string): Promise<object> {
  const sandbox = await Server.sandbox(path.join(folder, 'million'));
  try {
    const started = process.hrtime.bigint();
    const seconds = (): number => rounded(Number(process.hrtime.bigint() - started) / 1e9);
    await sandbox.seed('bench', `count: ${SEEDED}\n`);
    const seedSeconds = seconds();
    await finished(sandbox, '{"Type":"inventory-retrieval"}');
    return { seedSeconds, inventorySeconds: rounded(seconds() - seedSeconds), peakRssMiB: sandbox.peakRssMiB() };
  } finally {
    sandbox.stop();
  }
}

async function jobs(sandbox: Server, bare: Server): Promise<object> {
  const mib = Buffer.alloc(MIB, 'x');
  const hashes = {
    'x-amz-sha256-tree-hash': treeHashOfCopies(mib, 1),
    'x-amz-content-sha256': createHash('sha256').update(mib).digest('hex'),
  };
  const { headers } = await sandbox.send('glacier', 'POST', '/-/vaults/bench/archives', hashes, mib);
  const body = jobOf(String(headers['x-amz-archive-id']));
  const initiate = async (server: Server): Promise<{ perSecond: number; serverCpuMicroseconds: number }> => {
    const call = (): Promise<unknown> => server.send('glacier', 'POST', '/-/vaults/bench/jobs', {}, body);
    await timed(server, JOBS_AT_A_TIME * 50, JOBS_AT_A_TIME, call);
    const { seconds, serverCpuSeconds } = await timed(server, JOBS, JOBS_AT_A_TIME, call);
    return {
      perSecond: Math.round(JOBS / seconds),
      serverCpuMicroseconds: Math.round((serverCpuSeconds / JOBS) * 1e6),
    };
  };
  const figures = { bare: await initiate(bare), sandbox: await initiate(sandbox) };
  return { ...figures, ratio: rounded(figures.sandbox.perSecond / figures.bare.perSecond) };
}

/** Milliseconds until the command says that it listens, the middle one of several starts. */
async function startUp(folder: string): Promise<object> {
  const milliseconds = async (args: readonly string[]): Promise<number> => {
    const started = process.hrtime.bigint();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    const elapsed = Number(process.hrtime.bigint() - started) / 1e6;
    child.kill('SIGKILL');
    await once(child, 'exit');
    return elapsed;
  };
  const middle = async (args: readonly string[]): Promise<number> => {
    const all: number[] = [];
    for (let start = 0; start < STARTS; start += 1) all.push(await milliseconds(args));
    return Math.round(all.sort((a, b) => a - b)[(STARTS - 1) / 2] ?? 0);
  };
  return {
    nodeMs: await middle(['--eval', 'console.log()']),
    sandboxMs: await middle([MAIN, 'sandbox', '--data', path.join(folder, 'start'), '--port', '0']),
  };
}

async function bench(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sandbox-bench-'));
  const servers: Server[] = [];
  try {
    const start = await startUp(folder);
    const sandbox = await Server.sandbox(path.join(folder, 'data'));
    servers.push(sandbox);
    const bare = await Server.bare();
    servers.push(bare);
    await sandbox.send('glacier', 'PUT', '/-/vaults/bench');
    const figures = {
      cores: availableParallelism(),
      start,
      uploadPart: await uploads(sandbox, bare),
      getJobOutput: await downloads(sandbox, bare),
      initiateJob: await jobs(sandbox, bare),
      sandboxPeakRssMiB: sandbox.peakRssMiB(),
      million: await million(folder),
    };
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    for (const server of servers) server.stop();
    rmSync(folder, { recursive: true });
  }
}

void bench();
