#!/usr/bin/env node
import { createClients } from '../aws/clients';
import { connectClient } from '../temporal/connect';
import { Output } from './output';
import { runCli } from './program';

// Whoever reads our output may go away, as `head` does: that ends a list, and stops a demo in order.
process.stdout.once('error', () => {
  process.stdout.on('error', () => undefined);
  process.kill(process.pid, 'SIGTERM');
});

const context = {
  output: new Output(process.stdout, process.stderr, process.env),
  connect: connectClient,
  aws: createClients,
  now: () => new Date(),
};

void runCli(context, process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
