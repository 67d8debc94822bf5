export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** JSON with every non-ASCII character escaped, so that it fits into a description. */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** All but RFC 2152's set D and the space, which stand for themselves. */
const UTF7_ENCODED = /[^A-Za-z0-9'(),\-./:? ]+/g;

/** UTF-7 (RFC 2152) as .NET writes it: base64 of UTF-16BE between `+` and `-`; a single `+` has a form of its own. */
export const utf7 = (text: string): string =>
  text.replaceAll(UTF7_ENCODED, (run) => (run === '+' ? '+-' : `+${base64OfUtf16(run)}-`));

const base64OfUtf16 = (text: string): string =>
  Buffer.from(text, 'utf16le').swap16().toString('base64').replaceAll('=', '');
