import { Writable } from 'node:stream';
import type { Client } from '@temporalio/client';
import type { AwsClients } from '../src/aws/clients';
import type { CliContext } from './context';
import { Output, type Environment, type Stream } from './output';

/** A stream that keeps what is written, for tests. */
export class Written extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface TestCli {
  readonly context: CliContext;
  readonly stdout: Written & Stream;
  readonly stderr: Written & Stream;
}

/** A command line that reaches only what the test gives it, at 10:00:40 on 2026-11-23. */
export function testCli(
  reach: {
    readonly client?: unknown;
    readonly aws?: Partial<AwsClients>;
    readonly env?: Environment;
    /** What the person answers. @default nobody is there */
    readonly answer?: string;
  } = {},
): TestCli {
  const [stdout, stderr] = [new Written(), new Written()];
  const context: CliContext = {
    output: new Output(stdout, stderr, reach.env ?? {}),
    connect: async () => ({ connection: { close: async () => undefined }, ...(reach.client as object) }) as Client,
    aws: () => ({ destroy: () => undefined, ...reach.aws }) as AwsClients,
    now: () => new Date('2026-11-23T10:00:40Z'),
    ask: async (question) => {
      if (reach.answer === undefined) return null;
      stderr.write(question);
      return reach.answer;
    },
  };
  return { context, stdout, stderr };
}
