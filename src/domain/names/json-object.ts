/**
 * The fields of a JSON object; null for anything that does not parse as one, as a whole.
 * Look fields up by name only: any name may be among them, `__proto__` too.
 */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null;
  try {
    // The braces at both ends leave an object as the only thing this can parse to.
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

/** The value if it is a text that says something. */
export const usableText = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;
