import type { NameFormat } from '../../wire/inventory';

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

/** The description is the name: boto scripts, glacier-cli, free text, and JSON that holds no path. */
export const plainName = (description: string): DecodedName => ({ name: description, format: 'plain' });

/** Name of an archive whose description is of a known format but broken, as AWS's own transfer solution gives it. */
export const unreadableName = (archiveId: string): string => `00error/${archiveId}`;

/** Name of an archive whose description says nothing, as AWS's own transfer solution gives it. */
export const blankName = (archiveId: string): string => `00undefined/${archiveId}`;

/** What a decoder made of a description. A broken one is `unreadable`, and its name is empty. */
export interface DecodedName {
  readonly name: string;
  readonly format: NameFormat;
}

/** Reads one tool's description format; null when the description is not of that format. */
export type Decoder = (description: string) => DecodedName | null;

export const UNREADABLE: DecodedName = { name: '', format: 'unreadable' };

/** Some tools, and CSV round trips, leave a pair of double quotes around the whole description. */
export const withoutOuterQuotes = (text: string): string =>
  text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).trim() : text;
