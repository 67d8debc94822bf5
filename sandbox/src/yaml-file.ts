import { readFile } from 'node:fs/promises';

/** What a file stands for, or why it cannot be read, in a line. */
export type YamlReading = { readonly value: unknown } | { readonly problem: string };

/** Reads YAML, of which JSON is a part. The parser is loaded only here: most sandboxes start without a file. */
export async function readYamlFile(file: string): Promise<YamlReading> {
  const { parse } = require('yaml') as typeof import('yaml');
  try {
    return { value: parse(await readFile(file, 'utf8')) };
  } catch (error) {
    const [reason = ''] = String(error).split('\n');
    return { problem: `${file} cannot be read: ${reason}` };
  }
}
