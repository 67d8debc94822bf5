import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { CONTROL_ROOT } from '../../src/ids';
import { loadFaultScript, SettingsError, startSandbox, type Sandbox, type SandboxOptions } from 'glacier-sandbox';
import { type CliContext, withExamples } from '../context';
import { usageError } from '../exit-codes';
import { aborted, listenForInterruption } from '../interruption';
import { exportLines, sandboxEnvironment } from '../local-environment';
import type { Output } from '../output';
import { parseChoice } from '../parse/names';
import { parseDurationMs, parsePort, parseWholeNumber } from '../parse/quantity';
import { safeText } from '../text/format';
import { registerSandboxSeed } from './sandbox-seed';

type DelaysMs = NonNullable<SandboxOptions['delaysMs']>;

interface SandboxCommandOptions {
  readonly data?: string;
  readonly port: number;
  readonly clock: number;
  readonly delays?: 'aws';
  readonly delay?: DelaysMs;
  readonly inventory: 'fresh' | 'daily';
  readonly treeHashHeader: 'guide' | 'model' | 'never';
  readonly discardBodies?: true;
  readonly credentials?: string;
  readonly faults?: string;
}

/** The fastest clock: a day in less than a second. */
const FASTEST_CLOCK = 100_000;

export function registerSandbox(program: Command, context: CliContext): void {
  const command = program
    .command('sandbox')
    .description(
      'Runs Glacier, S3, SNS and SQS on one port of 127.0.0.1 until Ctrl-C. Any AWS tool can use it; nothing leaves ' +
        'this machine and, without --credentials, any credentials are accepted.',
    )
    .option('--data <dir>', 'folder of its data; made when missing, and kept; required', resolvePath)
    .option('--port <port>', 'port on 127.0.0.1; 0 for any free one', parsePort, 0)
    .option(
      '--clock <times>',
      'how many times as fast as real time its time passes; 3600: an hour a second',
      parseClock,
      1,
    )
    .option('--delays <aws>', 'jobs take as long as on AWS: aws; without it, 2 s', parseDelays)
    .option(
      '--delay <job=time>',
      'how long jobs take: bulk, standard, expedited or inventory, as in bulk=5s; may be given again',
      addDelay,
    )
    .option('--inventory <mode>', 'fresh: as of the request; daily: once a day, as on AWS', parseInventory, 'fresh')
    .option(
      '--tree-hash-header <rule>',
      "which ranges of a job's output come with a tree hash: guide, model (AWS's two readings) or never",
      parseTreeHashHeader,
      'guide',
    )
    .option('--discard-bodies', 'S3 checks, hashes and drops what it is sent, except the records of runs')
    .option(
      '--credentials <file>',
      'access keys whose signatures are accepted, and the policy of each; YAML',
      resolvePath,
    )
    .option('--faults <file>', 'what is to go wrong, by rules; YAML', resolvePath)
    .action((options: SandboxCommandOptions) => sandbox(context, options));
  withExamples(command, [
    'glacier-transfer sandbox --data /tmp/aws --port 4566',
    'glacier-transfer sandbox --data /tmp/aws --delay bulk=5s --delay inventory=1s',
    'glacier-transfer sandbox --data /tmp/aws --clock 3600 --delays aws --inventory daily',
    'glacier-transfer sandbox --data /tmp/aws --faults examples/faults.yaml',
  ]);
  registerSandboxSeed(command, context);
}

const resolvePath = (path: string): string => resolve(path);
const parseClock = (text: string): number => parseWholeNumber(text, 1, FASTEST_CLOCK, 'speed of a clock');
const parseDelays = (text: string): 'aws' => parseChoice(text, ['aws'], 'kind of delays');
const parseInventory = (text: string): 'fresh' | 'daily' =>
  parseChoice(text, ['fresh', 'daily'], 'mode of the inventory');

const parseTreeHashHeader = (text: string): 'guide' | 'model' | 'never' =>
  parseChoice(text, ['guide', 'model', 'never'], 'rule for tree hashes');

const JOBS = ['bulk', 'standard', 'expedited', 'inventory'] as const;

/** Adds one `job=time` to those given before. @throws CliError with the usage code */
export function addDelay(text: string, before: DelaysMs = {}): DelaysMs {
  const [job = '', time, ...rest] = text.split('=');
  if (time === undefined || rest.length > 0) {
    throw usageError(`"${safeText(text)}" is no delay: write it as bulk=5s`);
  }
  return { ...before, [parseChoice(job, JOBS, 'kind of job')]: parseDurationMs(time) };
}

async function sandbox({ output }: CliContext, options: SandboxCommandOptions): Promise<void> {
  const { data } = options;
  // Checked here: `sandbox seed` is a command below this one, and needs no folder.
  if (data === undefined)
    throw usageError("Required option '--data <dir>' not specified. See glacier-transfer --help.");
  // Bodies pass through buffers outside of V8's heap, at which it begins to mark that heap over and over: a quarter of
  // what an upload costs. Marked in one go, the sandbox's few MiB take as little time.
  setFlagsFromString('--no-incremental-marking');
  const interruption = listenForInterruption();
  try {
    const running = await start(data, options);
    try {
      await output.result(
        [
          `Glacier, S3, SNS and SQS are at ${running.endpoint}; their data is in ${safeText(data)}.`,
          'To use them in another terminal:',
          ...exportLines(sandboxEnvironment(running.endpoint)),
        ].join('\n'),
      );
      output.message('Ctrl-C stops it.');
      await aborted(interruption.signal);
      tellFaults(output, running);
    } finally {
      await running.close();
    }
  } finally {
    interruption.dispose();
  }
}

async function start(dataDir: string, options: SandboxCommandOptions): Promise<Sandbox> {
  const { port, clock, delays, delay, inventory, treeHashHeader, discardBodies, credentials, faults } = options;
  try {
    return await startSandbox({
      dataDir,
      port,
      clockRate: clock,
      inventory,
      treeHashHeader,
      ...(delays === undefined ? {} : { delays }),
      ...(delay === undefined ? {} : { delaysMs: delay }),
      ...(discardBodies === undefined ? {} : { discardBodies: { keepPrefixes: [CONTROL_ROOT] } }),
      ...(credentials === undefined ? {} : { credentialsFile: credentials }),
      ...(faults === undefined ? {} : { faults: await loadFaultScript(faults) }),
    });
  } catch (error) {
    throw error instanceof SettingsError ? usageError(error.message) : error;
  }
}

function tellFaults(output: Output, running: Sandbox): void {
  for (const { rule, matched, injected } of running.faults.report()) {
    const on = 'on' in rule ? ` on ${rule.on.join(', ')}` : '';
    output.message(`${rule.fault}${on}: struck ${injected} of ${matched}`);
  }
}
