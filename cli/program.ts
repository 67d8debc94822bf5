import { Command, CommanderError } from 'commander';
import { type CliContext, withExamples } from './context';
import { CliError, ExitCode, usageError } from './exit-codes';
import { INSECURE_VARIABLE } from '../src/temporal/insecure';
import { VERSION } from '../src/version';

type Register = (program: Command, context: CliContext) => void;

/** Loaded by name: what another command needs, such as the Temporal SDK, would cost this one half a second. */
const COMMANDS: Readonly<Record<string, () => Register>> = {
  demo: () => (require('./commands/demo') as typeof import('./commands/demo')).registerDemo,
  dev: () => (require('./commands/dev') as typeof import('./commands/dev')).registerDev,
  sandbox: () => (require('./commands/sandbox') as typeof import('./commands/sandbox')).registerSandbox,
  server: () => (require('./commands/server') as typeof import('./commands/server')).registerServer,
  worker: () => (require('./commands/worker') as typeof import('./commands/worker')).registerWorker,
  setup: () => (require('./commands/setup') as typeof import('./commands/setup')).registerSetup,
  policy: () => (require('./commands/policy') as typeof import('./commands/policy')).registerPolicy,
  doctor: () => (require('./commands/doctor') as typeof import('./commands/doctor')).registerDoctor,
  start: () => (require('./commands/start') as typeof import('./commands/start')).registerStart,
  status: () => (require('./commands/status') as typeof import('./commands/status')).registerStatus,
  list: () => (require('./commands/list') as typeof import('./commands/list')).registerList,
  archive: () => (require('./commands/archive') as typeof import('./commands/archive')).registerArchive,
  report: () => (require('./commands/report') as typeof import('./commands/report')).registerReport,
  pause: () =>
    (require('./commands/pause-resume-cancel') as typeof import('./commands/pause-resume-cancel')).registerPause,
  resume: () =>
    (require('./commands/pause-resume-cancel') as typeof import('./commands/pause-resume-cancel')).registerResume,
  cancel: () =>
    (require('./commands/pause-resume-cancel') as typeof import('./commands/pause-resume-cancel')).registerCancel,
  set: () => (require('./commands/set') as typeof import('./commands/set')).registerSet,
  retry: () => (require('./commands/retry') as typeof import('./commands/retry')).registerRetry,
  verify: () => (require('./commands/verify') as typeof import('./commands/verify')).registerVerify,
  'codec-server': () =>
    (require('./commands/codec-server') as typeof import('./commands/codec-server')).registerCodecServer,
};

/** The command that is asked for or, for the help and for what is none, all of them. */
function commandsFor(args: readonly string[]): readonly (() => Register)[] {
  const asked = COMMANDS[args.find((arg) => !arg.startsWith('-')) ?? ''];
  return asked === undefined ? Object.values(COMMANDS) : [asked];
}

/** The command line. It throws where commander alone would end the process. */
function buildProgram(context: CliContext, args: readonly string[]): Command {
  const { output } = context;
  const program = new Command('glacier-transfer')
    .description('Moves every archive of an Amazon Glacier vault into an S3 bucket, proven byte for byte.')
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
      // Said once, by runCli, in the form that was asked for.
      outputError: () => undefined,
    });
  withExamples(program, [
    'glacier-transfer demo',
    'glacier-transfer setup photos',
    'glacier-transfer start photos --to s3://my-bucket/photos --wait',
  ]);
  for (const load of commandsFor(args)) load()(program, context);
  return program.addHelpText('after', `\n${ENVIRONMENT_HELP}`);
}

const ENVIRONMENT_HELP = `Temporal is found through the TEMPORAL_* variables or its profile, AWS through the AWS_* variables or its profile.
Exit codes: 0 done and verified, 1 error, 2 wrong usage, 3 some archives not moved, 4 verify or report found records or
objects that do not agree, 5 try again later, 7 configuration, permission or a full disk, 130 interrupted (a run goes on).`;

/**
 * Runs one command line and says what went wrong, if anything did.
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

/** How the command ended: with the error to be told, or with a code where there is nothing to tell. */
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
