import { Command, CommanderError } from 'commander';
import { registerArchive } from './commands/archive';
import { registerDemo } from './commands/demo';
import { registerDev } from './commands/dev';
import { registerList } from './commands/list';
import { registerSandbox } from './commands/sandbox';
import { registerServer } from './commands/server';
import { registerSetup } from './commands/setup';
import { registerStart } from './commands/start';
import { registerStatus } from './commands/status';
import { registerWorker } from './commands/worker';
import type { CliContext } from './context';
import { ExitCode, usageError } from './exit-codes';
import { explainError } from './explain-error';
import { withExamples } from './help';
import { INSECURE_VARIABLE } from '../temporal/connect';
import { VERSION } from '../version';

/** The command line with all its commands. It throws where commander alone would end the process. */
export function buildProgram(context: CliContext): Command {
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
  registerDemo(program, context);
  registerDev(program, context);
  registerSandbox(program, context);
  registerServer(program, context);
  registerWorker(program, context);
  registerSetup(program, context);
  registerStart(program, context);
  registerStatus(program, context);
  registerList(program, context);
  registerArchive(program, context);
  return program.addHelpText('after', `\n${ENVIRONMENT_HELP}`);
}

const ENVIRONMENT_HELP = `Temporal is found through the TEMPORAL_* variables or its profile, AWS through the AWS_* variables or its profile.
Exit codes: 0 done and verified, 1 error, 2 wrong usage, 3 some archives not moved, 5 try again later,
7 configuration or permission, 130 interrupted (a run goes on).`;

/**
 * Runs one command line and says what went wrong, if anything did.
 * @param args what follows the program's name
 * @returns the exit code
 */
export async function runCli(context: CliContext, args: readonly string[]): Promise<ExitCode> {
  try {
    await buildProgram(context).parseAsync(args, { from: 'user' });
    return ExitCode.Ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.Ok;
    if (error instanceof CommanderError && error.code === 'commander.help') return ExitCode.Usage;
    const explained = error instanceof CommanderError ? usageError(sentenceOf(error)) : explainError(error);
    await context.output.failure(explained, args.includes('--json'));
    return explained.exitCode;
  }
}

/** Commander's message without its prefix, on one line. */
function sentenceOf(error: CommanderError): string {
  const text = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. See glacier-transfer --help.`;
}
