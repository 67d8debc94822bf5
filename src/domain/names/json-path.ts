import { type Decoder, withoutOuterQuotes } from './decoder';

/**
 * A JSON object with the file's path: `Path` from CloudBerry / MSP360, `path` from QNAP.
 * Anything that does not parse as a whole, or has no usable path, is left to the plain decoder.
 */
export const decodeJsonPath: Decoder = (description) => {
  const fields = parseObject(withoutOuterQuotes(description));
  if (fields === null) return null;
  const cloudBerry = cloudBerryPath(fields['Path']);
  if (cloudBerry !== null) return { name: cloudBerry, format: 'cloudberry' };
  const qnap = qnapPath(fields['path']);
  return qnap === null ? null : { name: qnap, format: 'qnap' };
};

/** CloudBerry is a Windows tool: its backslashes separate folders. */
const cloudBerryPath = (value: unknown): string | null => usableText(value)?.replaceAll('\\', '/') ?? null;

/** QNAP runs Linux: a backslash belongs to the file's name. */
const qnapPath = (value: unknown): string | null => usableText(value);

const usableText = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null;
  try {
    // The braces at both ends leave an object as the only thing this can parse to.
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}
