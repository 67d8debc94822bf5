import { readFile } from 'node:fs/promises';

/** The contents of a file, or one line that says why it cannot be read. */
type YamlReading = { readonly value: unknown } | { readonly problem: string };

/** Reads YAML, which includes JSON. The parser is loaded on demand: most sandboxes start without such a file. */
export async function readYamlFile(file: string): Promise<YamlReading> {
  const { parse } = require('yaml') as typeof import('yaml');
  try {
    return { value: parse(await readFile(file, 'utf8')) };
  } catch (error) {
    const [reason = ''] = String(error).split('\n');
    return { problem: `${file} cannot be read: ${reason}` };
  }
}
