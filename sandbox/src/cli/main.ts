#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program';

const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string };
const controller = new AbortController();
// Only the first of each: the same signal again ends the process at once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());

const terminal = {
  result: (text: string) => void process.stdout.write(`${text}\n`),
  message: (line: string) => void process.stderr.write(`${line}\n`),
};

// If the process ends before the command does, that is no success.
process.exitCode = 1;
void runProgram({ version, terminal, env: process.env, signal: controller.signal }, process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
);
