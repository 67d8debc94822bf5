import type { Client } from '@temporalio/client';
import type { AwsClients } from '../src/aws/clients';
import type { Output } from './output';
import type { Command } from 'commander';

/** Puts examples before everything else in the help of a command: they are what people look for. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('before', `Examples:\n${examples.map((line) => `  $ ${line}\n`).join('')}`);
}

/** What commands reach the outside through; tests give fakes. */
export interface CliContext {
  readonly output: Output;
  /** Connects to Temporal as the TEMPORAL_* variables and the profile say. The command closes the connection. */
  readonly connect: () => Promise<Client>;
  /** Clients of AWS as the AWS_* variables and the profile say. The command destroys them. */
  readonly aws: () => AwsClients;
  readonly now: () => Date;
  /** Asks the person; null when there is no terminal to ask on. */
  readonly ask: (question: string) => Promise<string | null>;
}

/** Runs `use` with a connected client and closes the connection whatever happens. */
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

/** Runs `use` with AWS clients and destroys them whatever happens. */
export async function withAws<Result>(context: CliContext, use: (aws: AwsClients) => Promise<Result>): Promise<Result> {
  const aws = context.aws();
  try {
    return await use(aws);
  } finally {
    aws.destroy();
  }
}
