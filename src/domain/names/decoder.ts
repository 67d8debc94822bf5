import type { NameFormat } from '../../wire/inventory';

/**
 * The fields of a JSON object; null for anything that does not parse as exactly one object.
 * Look up fields by name only: any name may occur, even `__proto__`.
 */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null;
  try {
    // With braces at both ends this can only parse to an object.
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

/** The value if it is a non-blank string. */
export const usableText = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;

/** The description is the name: boto scripts, glacier-cli, free text, and JSON without a path. */
export const plainName = (description: string): DecodedName => ({ name: description, format: 'plain' });

/** Name of an archive with a corrupted description of a known format, as in AWS's transfer solution. */
export const unreadableName = (archiveId: string): string => `00error/${archiveId}`;

/** Name of an archive with a blank description, as in AWS's transfer solution. */
export const blankName = (archiveId: string): string => `00undefined/${archiveId}`;

/** Result of a decoder. A corrupted description is `unreadable`, and its name is empty. */
export interface DecodedName {
  readonly name: string;
  readonly format: NameFormat;
}

/** Decodes one tool's description format; null if the description has another format. */
export type Decoder = (description: string) => DecodedName | null;

export const UNREADABLE: DecodedName = { name: '', format: 'unreadable' };

/** Some tools, and CSV round trips, leave a pair of double quotes around the whole description. */
export const withoutOuterQuotes = (text: string): string =>
  text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).trim() : text;
