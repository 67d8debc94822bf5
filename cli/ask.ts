import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline/promises';

/** Prompts the user on a terminal. Ctrl-C and Ctrl-D count as an empty answer; null if `input` is not a terminal. */
export async function askOn(
  input: Readable & { readonly isTTY?: boolean },
  output: Writable,
  question: string,
): Promise<string | null> {
  if (input.isTTY !== true) return null;
  const lines = createInterface({ input, output, terminal: true });
  lines.once('SIGINT', () => lines.close());
  const closed = once(lines, 'close').then(() => '');
  try {
    // Node rejects a question that is aborted by Ctrl-D.
    return await Promise.race([lines.question(question).catch(() => ''), closed]);
  } finally {
    lines.close();
  }
}
