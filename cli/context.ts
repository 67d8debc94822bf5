import type { Client } from '@temporalio/client';
import type { AwsClients } from '../src/aws/clients';
import type { Output } from './output';
import type { Command } from 'commander';

/** Puts examples first in a command's help: they are what users look for. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('before', `Examples:\n${examples.map((line) => `  $ ${line}\n`).join('')}`);
}

/** The outside world of commands; tests pass fakes. */
export interface CliContext {
  readonly output: Output;
  /** Connects to Temporal by the TEMPORAL_* variables and the profile. The command closes the connection. */
  readonly connect: () => Promise<Client>;
  /** AWS clients by the AWS_* variables and the profile. The command destroys them. */
  readonly aws: () => AwsClients;
  readonly now: () => Date;
  /** Asks the user; null if there is no terminal. */
  readonly ask: (question: string) => Promise<string | null>;
}

/** Runs `use` with a connected client and always closes the connection. */
export async function withTemporal<Result>(
  context: CliContext,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await context.connect();
  try {
    return await use(client);
  } finally {
    await client.connection.close();
  }
}

/** Runs `use` with AWS clients and always destroys them. */
export async function withAws<Result>(context: CliContext, use: (aws: AwsClients) => Promise<Result>): Promise<Result> {
  const aws = context.aws();
  try {
    return await use(aws);
  } finally {
    aws.destroy();
  }
}
