/** A tool that this machine may lack: what tests use of it, or in one line why there is none. */
export type Tool<T> = { readonly found: T } | { readonly missing: string };

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
