import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Asks on the terminal. Ctrl-C and Ctrl-D count as an empty answer; null when standard input is no terminal. */
export async function askOnTerminal(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.once('SIGINT', () => lines.close());
  const closed = once(lines, 'close').then(() => '');
  try {
    return await Promise.race([lines.question(question), closed]);
  } finally {
    lines.close();
  }
}
