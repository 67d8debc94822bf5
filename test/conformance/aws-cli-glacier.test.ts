import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '../../src/sandbox';

const run = promisify(execFile);
const INSTALL_LIMIT_MS = 300_000;
const COMMANDS_LIMIT_MS = 120_000;
const MIB = 1024 * 1024;

type Command = readonly [file: string, ...firstArguments: string[]];

const works = ([file, ...first]: Command): Promise<boolean> =>
  run(file, [...first, '--version']).then(
    () => true,
    () => false,
  );

/** The AWS CLI of this machine, else one from PyPI in a folder that later runs find again, else null. */
async function findAwsCli(): Promise<Command | null> {
  if (await works(['aws'])) return ['aws'];
  const venv = join(tmpdir(), 'glacier-transfer-awscli-venv');
  const installed: Command = [join(venv, 'bin', 'python3'), '-m', 'awscli'];
  if (existsSync(venv) && (await works(installed))) return installed;
  const unfinished = await mkdtemp(`${venv}-`);
  try {
    await run('python3', ['-m', 'venv', unfinished]);
    await run(join(unfinished, 'bin', 'python3'), ['-m', 'pip', 'install', '--quiet', 'awscli']);
    await rename(unfinished, venv);
    return installed;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    process.stderr.write(`AWS CLI conformance of Glacier skipped: no aws, and none from PyPI (${String(error)})\n`);
    return null;
  }
}

let cli: Command | null;
let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  cli = await findAwsCli();
  folder = await mkdtemp(join(tmpdir(), 'aws-cli-glacier-'));
  sandbox = await startSandbox({ dataDir: join(folder, 'sandbox'), delaysMs: { standard: 0, bulk: 0, inventory: 0 } });
}, INSTALL_LIMIT_MS);

afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

/** Runs `aws glacier ...` on the vault and reads its JSON. */
async function glacier(operation: string, ...args: string[]): Promise<Record<string, unknown>> {
  const [file, ...first] = cli ?? ['aws'];
  const vault = ['--account-id', '-', '--vault-name', 'photos'];
  const { stdout } = await run(file, [...first, 'glacier', operation, ...vault, ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_DEFAULT_OUTPUT: 'json',
    },
  });
  return stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
}

async function savedFile(name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** Starts a job and waits for its end. An id may begin with a dash, hence `--name=value`. */
async function finishedJob(parameters: Record<string, string>): Promise<string> {
  const { jobId } = await glacier('initiate-job', '--job-parameters', JSON.stringify(parameters));
  while ((await glacier('describe-job', `--job-id=${String(jobId)}`))['Completed'] !== true);
  return String(jobId);
}

async function outputOf(jobId: string, ...args: string[]): Promise<{ reply: Record<string, unknown>; bytes: Buffer }> {
  const path = join(folder, 'output');
  const reply = await glacier('get-job-output', `--job-id=${jobId}`, ...args, path);
  return { reply, bytes: await readFile(path) };
}

test(
  'the AWS CLI stores archives whole and in parts, and gets them back',
  async () => {
    if (cli === null) return;
    expect(await glacier('create-vault')).toEqual({ location: '/111122223333/vaults/photos' });

    const small = Buffer.from('hello world');
    const body = await savedFile('small', small);
    const single = await glacier('upload-archive', '--archive-description', 'a "small" one', '--body', body);
    expect(single).toMatchObject({ checksum: createHash('sha256').update(small).digest('hex') });

    // Published tree hash of 4 MiB + 20 bytes of `a`. The CLI sends a whole file as a part, hence one file a part.
    const checksum = '12f3cbd6101b981cde074039f6f728071da8879d6f632de8afc7cdf00661b08f';
    const large = Buffer.alloc(4 * MIB + 20, 'a');
    const { uploadId } = await glacier('initiate-multipart-upload', '--part-size', String(4 * MIB));
    const upload = `--upload-id=${String(uploadId)}`;
    for (const [start, end] of [
      [0, 4 * MIB],
      [4 * MIB, large.length],
    ] as const) {
      const part = await savedFile('part', large.subarray(start, end));
      await glacier('upload-multipart-part', upload, '--range', `bytes ${start}-${end - 1}/*`, '--body', part);
    }
    expect((await glacier('list-parts', upload))['Parts']).toHaveLength(2);
    const size = String(large.length);
    const multipart = await glacier(
      'complete-multipart-upload',
      upload,
      '--archive-size',
      size,
      '--checksum',
      checksum,
    );
    expect(multipart).toMatchObject({ checksum });
    expect(await glacier('describe-vault')).toMatchObject({ NumberOfArchives: 2 });

    const smallJob = await finishedJob({ Type: 'archive-retrieval', ArchiveId: String(single['archiveId']) });
    const smallOutput = await outputOf(smallJob);
    expect(smallOutput.reply).toMatchObject({ status: 200, archiveDescription: 'a "small" one' });
    expect(smallOutput.bytes.equals(small)).toBe(true);

    const ArchiveId = String(multipart['archiveId']);
    const largeJob = await finishedJob({ Type: 'archive-retrieval', ArchiveId, Tier: 'Bulk' });
    const range = await outputOf(largeJob, '--range', `bytes=${2 * MIB}-${9 * MIB}`);
    expect(range.reply).toMatchObject({
      status: 206,
      contentRange: `bytes ${2 * MIB}-${4 * MIB + 19}/${4 * MIB + 20}`,
    });
    expect(range.bytes.equals(large.subarray(2 * MIB))).toBe(true);

    const inventoryJob = await finishedJob({ Type: 'inventory-retrieval', Format: 'JSON' });
    const inventory = JSON.parse((await outputOf(inventoryJob)).bytes.toString()) as { ArchiveList: unknown[] };
    expect(inventory.ArchiveList).toMatchObject([
      { ArchiveId: single['archiveId'], ArchiveDescription: 'a "small" one', Size: 11 },
      { ArchiveId, ArchiveDescription: '', Size: large.length, SHA256TreeHash: checksum },
    ]);
    const jobs = (await glacier('list-jobs', '--completed', 'true'))['JobList'] as { JobId: string }[];
    expect(jobs.map((job) => job.JobId)).toEqual([smallJob, largeJob, inventoryJob]);
  },
  COMMANDS_LIMIT_MS,
);

test(
  'the AWS CLI shows what Glacier answers to a mistake',
  async () => {
    if (cli === null) return;
    await glacier('create-vault');
    await expect(glacier('describe-job', '--job-id', 'none')).rejects.toThrow(
      'An error occurred (ResourceNotFoundException) when calling the DescribeJob operation: The job ID was not found: none',
    );
    const body = await savedFile('whole', Buffer.alloc(MIB + 1));
    const { uploadId } = await glacier('initiate-multipart-upload', '--part-size', String(MIB));
    const part = [`--upload-id=${String(uploadId)}`, '--range', `bytes 0-${MIB - 1}/*`, '--body', body];
    await expect(glacier('upload-multipart-part', ...part)).rejects.toThrow('(InvalidParameterValueException)');
    await expect(glacier('get-vault-lock')).rejects.toThrow(
      '(NotImplementedException) when calling the GetVaultLock operation',
    );
  },
  COMMANDS_LIMIT_MS,
);
