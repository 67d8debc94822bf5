import { resolve } from 'node:path';
import type { Command } from 'commander';
import { startSandbox, type SandboxOptions } from '../../sandbox';
import type { CliContext } from '../context';
import { usageError } from '../exit-codes';
import { withExamples } from '../help';
import { aborted, listenForInterruption } from '../interruption';
import { exportLines, sandboxEnvironment } from '../local-environment';
import { parseChoice } from '../parse/choice';
import { parseDurationMs, parsePort } from '../parse/quantity';
import { safeText } from '../text/safe-text';

type DelaysMs = NonNullable<SandboxOptions['delaysMs']>;

interface SandboxCommandOptions {
  readonly data: string;
  readonly port: number;
  readonly delay?: DelaysMs;
}

export function registerSandbox(program: Command, context: CliContext): void {
  const command = program
    .command('sandbox')
    .summary('run an AWS of its own on this machine')
    .description(
      'Runs Glacier, S3, SNS and SQS on one port of 127.0.0.1 until Ctrl-C. Any AWS tool can use it; nothing leaves ' +
        'this machine and any credentials are accepted.',
    )
    .requiredOption('--data <dir>', 'folder of its data; made when missing, and kept', resolvePath)
    .option('--port <port>', 'port on 127.0.0.1; 0 for any free one', parsePort, 0)
    .option(
      '--delay <job=time>',
      'how long jobs take: bulk, standard, expedited or inventory, as in bulk=5s; may be given again',
      addDelay,
    )
    .action((options: SandboxCommandOptions) => sandbox(context, options));
  withExamples(command, [
    'glacier-transfer sandbox --data /tmp/aws --port 4566',
    'glacier-transfer sandbox --data /tmp/aws --delay bulk=5s --delay inventory=1s',
  ]);
}

const resolvePath = (path: string): string => resolve(path);

const JOBS = ['bulk', 'standard', 'expedited', 'inventory'] as const;

/** Adds one `job=time` to those given before. @throws CliError with the usage code */
export function addDelay(text: string, before: DelaysMs = {}): DelaysMs {
  const [job = '', time, ...rest] = text.split('=');
  if (time === undefined || rest.length > 0) {
    throw usageError(`"${safeText(text)}" is no delay: write it as bulk=5s`);
  }
  return { ...before, [parseChoice(job, JOBS, 'kind of job')]: parseDurationMs(time) };
}

async function sandbox({ output }: CliContext, { data, port, delay = {} }: SandboxCommandOptions): Promise<void> {
  const interruption = listenForInterruption();
  try {
    const running = await startSandbox({ dataDir: data, port, delaysMs: delay });
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
    } finally {
      await running.close();
    }
  } finally {
    interruption.dispose();
  }
}
