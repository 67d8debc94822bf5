#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { askOn } from './ask';
import { ExitCode } from './exit-codes';
import { interrupt } from './interruption';
import { Output } from './output';
import { runCli } from './program';
import { standardStream } from './standard-stream';
import { settleHome } from '../src/temporal/user-directories';

// Which Node a future AWS SDK will need concerns our package.json, not the user.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// As in sandbox/src/cli/main.ts.
if (process.argv[2] === 'sandbox') setFlagsFromString('--no-incremental-marking');

settleHome();

const context = {
  output: new Output(standardStream(1), standardStream(2), process.env, interrupt),
  connect: () => (require('../src/temporal/connect') as typeof import('../src/temporal/connect')).connectClient(),
  aws: () => (require('../src/aws/clients') as typeof import('../src/aws/clients')).createClients(),
  now: () => new Date(),
  ask: (question: string) => askOn(process.stdin, process.stderr, question),
};

// If the process ends before the command does, that is a failure.
process.exitCode = ExitCode.Error;
void runCli(context, process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
