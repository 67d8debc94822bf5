import { Command, CommanderError } from 'commander';
import { type CliContext, withExamples } from './context';
import { CliError, ExitCode, usageError } from './exit-codes';
import { INSECURE_VARIABLE } from '../src/temporal/insecure';
import { VERSION } from '../src/version';

interface CommandEntry {
  readonly summary: string;
  readonly load: () => (program: Command, context: CliContext) => void;
}

/**
 * The commands in the order of the help, which is made of this table alone. The file of a command, and with it the SDKs
 * of AWS and Temporal, is loaded only when the command is named: loading all of them takes a second.
 */
const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map(
  Object.entries({
    demo: {
      summary: 'run a complete transfer on this machine: files to a vault to a bucket',
      load: () => (require('./commands/demo') as typeof import('./commands/demo')).registerDemo,
    },
    dev: {
      summary: 'run everything on this machine: Temporal, sandbox, workers',
      load: () => (require('./commands/dev') as typeof import('./commands/dev')).registerDev,
    },
    sandbox: {
      summary: 'run a local AWS emulator (Glacier, S3, SNS, SQS)',
      load: () => (require('./commands/sandbox') as typeof import('./commands/sandbox')).registerSandbox,
    },
    server: {
      summary: 'run a Temporal server on this machine, for runs against AWS',
      load: () => (require('./commands/server') as typeof import('./commands/server')).registerServer,
    },
    worker: {
      summary: 'run the workers, which execute all runs',
      load: () => (require('./commands/worker') as typeof import('./commands/worker')).registerWorker,
    },
    setup: {
      summary: 'set up job notifications (SNS, SQS)',
      load: () => (require('./commands/setup') as typeof import('./commands/setup')).registerSetup,
    },
    policy: {
      summary: 'print the IAM policy for a role',
      load: () => (require('./commands/policy') as typeof import('./commands/policy')).registerPolicy,
    },
    doctor: {
      summary: 'check everything that a run needs',
      load: () => (require('./commands/doctor') as typeof import('./commands/doctor')).registerDoctor,
    },
    start: {
      summary: 'start moving a vault, or several, into a bucket',
      load: () => (require('./commands/start') as typeof import('./commands/start')).registerStart,
    },
    status: {
      summary: 'show the progress of a run',
      load: () => (require('./commands/status') as typeof import('./commands/status')).registerStatus,
    },
    list: {
      summary: 'list the archives of a run',
      load: () => (require('./commands/list') as typeof import('./commands/list')).registerList,
    },
    archive: {
      summary: 'show everything known about one archive',
      load: () => (require('./commands/archive') as typeof import('./commands/archive')).registerArchive,
    },
    report: {
      summary: 'account for every row of the inventory',
      load: () => (require('./commands/report') as typeof import('./commands/report')).registerReport,
    },
    pause: {
      summary: 'pause a run',
      load: () =>
        (require('./commands/pause-resume-cancel') as typeof import('./commands/pause-resume-cancel')).registerPause,
    },
    resume: {
      summary: 'resume a paused run',
      load: () =>
        (require('./commands/pause-resume-cancel') as typeof import('./commands/pause-resume-cancel')).registerResume,
    },
    cancel: {
      summary: 'cancel a run',
      load: () =>
        (require('./commands/pause-resume-cancel') as typeof import('./commands/pause-resume-cancel')).registerCancel,
    },
    set: {
      summary: 'change the rate limits of a run, or of several vaults',
      load: () => (require('./commands/set') as typeof import('./commands/set')).registerSet,
    },
    retry: {
      summary: 'retry the archives that failed',
      load: () => (require('./commands/retry') as typeof import('./commands/retry')).registerRetry,
    },
    verify: {
      summary: 'verify the objects of a run again',
      load: () => (require('./commands/verify') as typeof import('./commands/verify')).registerVerify,
    },
    'codec-server': {
      summary: 'let the Web UI and the Temporal CLI read encrypted payloads',
      load: () => (require('./commands/codec-server') as typeof import('./commands/codec-server')).registerCodecServer,
    },
  }),
);

/** Adds the command that `args` name, or, for the help and for unknown commands, the names of all. */
function addCommands(program: Command, context: CliContext, args: readonly string[]): void {
  const named = COMMANDS.get(args.find((arg) => !arg.startsWith('-')) ?? '');
  if (named !== undefined) return named.load()(program, context);
  for (const [name, { summary }] of COMMANDS) program.command(name).summary(summary);
}

/** The command line. It throws where commander alone would end the process. */
function buildProgram(context: CliContext, args: readonly string[]): Command {
  const { output } = context;
  const program = new Command('glacier-transfer')
    .description('Moves every archive of an Amazon Glacier vault into an S3 bucket, verified byte for byte.')
    .version(VERSION, '--version')
    .option('--insecure', 'allow a connection without TLS to a Temporal server on another machine')
    .hook('preAction', (root) => {
      if (root.opts<{ insecure?: true }>().insecure === true) process.env[INSECURE_VARIABLE] = 'true';
    })
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.stdout.write(text),
      writeErr: (text) => output.stderr.write(text),
      // runCli prints the error once, as text or JSON.
      outputError: () => undefined,
    });
  withExamples(program, [
    'glacier-transfer demo',
    'glacier-transfer setup photos',
    'glacier-transfer start photos --to s3://my-bucket/photos --wait',
  ]);
  addCommands(program, context, args);
  return program.addHelpText('after', `\n${ENVIRONMENT_HELP}`);
}

const ENVIRONMENT_HELP = `Temporal is found through the TEMPORAL_* variables or its profile, AWS through the AWS_* variables or its profile.
Exit codes: 0 done and verified, 1 error, 2 wrong usage, 3 some archives not moved, 4 verify or report found missing
or different objects or records, 5 temporary failure, 7 configuration, permission or a full disk, 130 interrupted (runs continue).`;

/**
 * Runs one command line and reports the error, if any.
 * @param args what follows the program's name
 * @returns the exit code; never that of success when the output is cut off
 */
export async function runCli(context: CliContext, args: readonly string[]): Promise<ExitCode> {
  const { output } = context;
  const ended = await runCommand(context, args);
  await output.written();
  const end = output.stdoutFailure ?? ended;
  if (!(end instanceof CliError)) return output.stderrFailure?.exitCode ?? end;
  await output.failure(end, args.includes('--json'));
  await output.written();
  return end.exitCode;
}

/** The error to report, or the exit code where there is none. */
async function runCommand(context: CliContext, args: readonly string[]): Promise<ExitCode | CliError> {
  try {
    await buildProgram(context, args).parseAsync(args, { from: 'user' });
    return ExitCode.Ok;
  } catch (error) {
    if (!(error instanceof CommanderError)) return explain(error, context);
    if (error.exitCode === 0) return ExitCode.Ok;
    return error.code === 'commander.help' ? ExitCode.Usage : usageError(sentenceOf(error));
  }
}

/** What explains the errors of AWS and Temporal is loaded for these alone. */
function explain(error: unknown, { output }: CliContext): CliError {
  if (error instanceof CliError) return error;
  return (require('./explain-error') as typeof import('./explain-error')).explainError(error, output.env);
}

/** Commander's message without its prefix, on one line. */
function sentenceOf(error: CommanderError): string {
  const text = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. See glacier-transfer --help.`;
}
