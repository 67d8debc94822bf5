#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runProgram } from './program';

// Request bodies are in buffers outside V8's heap, which make it start incremental marking again and again: a quarter of the
// cost of an upload. The sandbox's heap is only a few MiB and is marked as fast in one go. Only safe before marking starts.
setFlagsFromString('--no-incremental-marking');

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
