import { Command, CommanderError } from 'commander';
import { SandboxControl } from '../control/sandbox-control';
import { SettingsError } from '../settings-error';
import { runSandbox, type Terminal } from './run-sandbox';
import { addSandboxOptions, parseSandboxOptions, type RawSandboxOptions } from './sandbox-options';

const EXAMPLES = `Examples:
  $ glacier-sandbox --data /tmp/aws --port 4566
  $ glacier-sandbox --data /tmp/aws --clock 3600 --delays aws --inventory daily --discard-bodies
  $ glacier-sandbox seed photos --spec seed.yaml
`;

export interface ProgramContext {
  readonly version: string;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the sandbox is to stop. */
  readonly signal: AbortSignal;
}

/** Runs one command line. Returns the exit code: 0 success, 1 error, 2 wrong usage. */
export async function runProgram(context: ProgramContext, args: readonly string[]): Promise<0 | 1 | 2> {
  try {
    await buildProgram(context).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    context.terminal.message(error instanceof Error ? error.message : String(error));
    return error instanceof SettingsError ? 2 : 1;
  }
}

function buildProgram({ version, terminal, env, signal }: ProgramContext): Command {
  const program = new Command('glacier-sandbox')
    .description(
      'Runs a local AWS emulator: Glacier vaults, S3, SNS and SQS on one port of 127.0.0.1, until Ctrl-C. Nothing ' +
        'leaves this machine. Without --credentials, any credentials are accepted.',
    )
    .version(version, '--version')
    .addHelpText('before', EXAMPLES)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.result(text.trimEnd()),
      writeErr: (text) => terminal.message(text.trimEnd()),
    })
    .action((raw: RawSandboxOptions) => runSandbox(parseSandboxOptions(raw), terminal, signal));
  addSandboxOptions(program);
  program
    .command('seed')
    .summary('fill a vault of a running sandbox with generated archives')
    .description(
      'Fills a vault of the sandbox that AWS_ENDPOINT_URL names with generated archives of any size and number. They ' +
        'take no space. The vault is created if missing.',
    )
    .argument('<vault>', 'name of the vault')
    .requiredOption('--spec <file>', 'what to generate, YAML: see examples/seed.yaml in the package')
    .action(async (vault: string, { spec }: { readonly spec: string }) => {
      const control = await SandboxControl.find(env['AWS_ENDPOINT_URL']);
      const { archives, bytes } = await control.seed(vault, spec);
      await terminal.result(`Added ${archives} archives to ${vault}, ${bytes} bytes in all.`);
    });
  return program;
}
