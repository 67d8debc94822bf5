import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Tools that tests install; later runs reuse them. */
export const TOOL_CACHE = resolve('node_modules/.cache/glacier-sandbox');

/** A tool that may be missing: what tests use of it, or one line that says why it is missing. */
export type Tool<T> = { readonly found: T } | { readonly missing: string };

/** Installs into a temporary folder and renames it: never partial, and the first of several parallel test files wins. */
export function installBeside(folder: string, install: (unfinished: string) => void): void {
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    install(unfinished);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Why an installation failed: the last line of its error output. */
export const lastLineOf = (error: unknown): string =>
  String((error as { readonly message?: unknown }).message ?? error)
    .trim()
    .split('\n')
    .at(-1)
    ?.trim() ?? '';

/**
 * A group of tests that need a tool. Where it is missing they are reported as skipped, and a line that begins with
 * `Skipped: ` says why on standard error (`.ci/run` repeats these lines at its end).
 */
export function describeWith(tool: Tool<unknown>, name: string, tests: () => void): void {
  if ('found' in tool) {
    describe(name, tests);
  } else {
    process.stderr.write(`Skipped: ${name}. ${tool.missing}\n`);
    describe.skip(name, tests);
  }
}
