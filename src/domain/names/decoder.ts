import type { NameFormat } from '../../wire/inventory';

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
