import type { Command } from 'commander';

/** Puts examples before everything else in the help of a command: they are what people look for. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('before', `Examples:\n${examples.map((line) => `  $ ${line}\n`).join('')}`);
}
