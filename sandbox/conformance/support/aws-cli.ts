import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSandbox } from 'glacier-sandbox';
import { REGION } from './region';
import { describeWith, installBeside, lastLineOf, type Tool, TOOL_CACHE } from './tool-cache';

const PROBE_LIMIT_MS = 30_000;
const INSTALL_LIMIT_MS = 240_000;
const COMMAND_LIMIT_MS = 60_000;
const TEST_LIMIT_MS = 120_000;

type Command = readonly [file: string, ...firstArguments: string[]];

const ON_PATH: Command = ['aws'];
const VENV = join(TOOL_CACHE, 'awscli');
/** Not bin/aws: it contains the path of the folder it was installed in, which is renamed afterwards. */
const IN_VENV: Command = [join(VENV, 'bin/python3'), '-m', 'awscli'];

/**
 * By major version, the first minor one that knows full-object checksums of S3. A much older CLI does worse than fail:
 * before 1.29 and 2.13 it ignores AWS_ENDPOINT_URL and talks to the real AWS.
 */
const OLDEST_MINOR: Readonly<Record<string, number>> = { 1: 37, 2: 23 };

/** Without the user's own AWS settings. */
const environment = (home: string) => ({ PATH: process.env['PATH'], HOME: home });

function isUsable([file, ...first]: Command): boolean {
  // In the environment of the tests: a CLI that was installed for one user is not found from another home.
  const options = { env: environment(tmpdir()), encoding: 'utf8', stdio: 'pipe', timeout: PROBE_LIMIT_MS } as const;
  try {
    const version = execFileSync(file, [...first, '--version'], options);
    const [, major = '', minor] = /^aws-cli\/(\d+)\.(\d+)/.exec(version) ?? [];
    return Number(minor) >= (OLDEST_MINOR[major] ?? Infinity);
  } catch {
    return false;
  }
}

function install(unfinished: string): void {
  const limits = { stdio: 'pipe', timeout: INSTALL_LIMIT_MS } as const;
  execFileSync('python3', ['-m', 'venv', unfinished], limits);
  const pip = ['-m', 'pip', '--disable-pip-version-check', 'install', '--quiet', '--retries', '1'];
  execFileSync(join(unfinished, 'bin/python3'), [...pip, 'awscli'], limits);
}

/** The AWS CLI on PATH, or else one from PyPI in a folder that later runs reuse. */
function findAwsCli(): Tool<Command> {
  const found = [ON_PATH, IN_VENV].find(isUsable);
  if (found !== undefined) return { found };
  try {
    installBeside(VENV, install);
  } catch (error) {
    // Losing a race for the rename fails too, but leaves the winner's CLI.
    if (!isUsable(IN_VENV)) {
      return { missing: `No recent aws on PATH, and none from PyPI (${lastLineOf(error)}).` };
    }
  }
  return { found: IN_VENV };
}

/** Found while the test file loads, as jest must know by then what it skips. */
export const awsCli = findAwsCli();

/** A group of tests that run the AWS CLI; reported as skipped without one. */
export function describeWithAwsCli(name: string, tests: () => void): void {
  jest.setTimeout(TEST_LIMIT_MS);
  describeWith(awsCli, name, tests);
}

/** A sandbox with instant Glacier jobs, and the AWS CLI for it. */
export interface CliSandbox {
  readonly endpoint: string;
  /** For files of the test. */
  readonly folder: string;
  /**
   * Runs `aws`; returns what it prints.
   * @param command words separated by spaces, `s3api list-buckets`
   * @param args further words, which may hold spaces
   * @throws {Error} with the CLI's error message
   */
  aws(command: string, ...args: string[]): Promise<string>;
  /** The same for commands that print JSON, or nothing: {}. */
  json(command: string, ...args: string[]): Promise<Record<string, unknown>>;
  /** Writes a file into the folder and returns its path. */
  save(name: string, bytes: Buffer): Promise<string>;
  close(): Promise<void>;
}

const run = promisify(execFile);

/** @throws {Error} where there is no AWS CLI */
export async function startCliSandbox(): Promise<CliSandbox> {
  if (!('found' in awsCli)) throw new Error(awsCli.missing);
  const [file, ...first] = awsCli.found;
  const folder = await mkdtemp(join(tmpdir(), 'aws-cli-'));
  const delaysMs = { standard: 0, bulk: 0, inventory: 0 };
  const sandbox = await startSandbox({ dataDir: join(folder, 'sandbox'), region: REGION, delaysMs });
  const { endpoint } = sandbox;
  const env = {
    ...environment(folder),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: REGION,
    AWS_DEFAULT_OUTPUT: 'json',
    // Else the CLI sends five times what S3 rejects as BadDigest, with ever longer waits between.
    AWS_MAX_ATTEMPTS: '1',
  };
  const aws = async (command: string, ...args: string[]): Promise<string> => {
    // Version 1 ignores AWS_ENDPOINT_URL for sqs: its customization overridesslcommonname puts another endpoint there.
    const option = command.startsWith('sqs ') ? ['--endpoint-url', endpoint] : [];
    const all = [...first, ...command.split(' '), ...args, ...option];
    const { stdout } = await run(file, all, { env, timeout: COMMAND_LIMIT_MS });
    return stdout;
  };
  return {
    endpoint,
    folder,
    aws,
    async json(command, ...args) {
      const stdout = await aws(command, ...args);
      return stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
    },
    async save(name, bytes) {
      const path = join(folder, name);
      await writeFile(path, bytes);
      return path;
    },
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
}
