/**
 * Characters that no key should contain: controls (C0, DEL, C1), lone surrogates, line separators, bidirectional
 * marks, noncharacters, and everything invisible (zero-width characters, fillers, tags)
 * except variation selectors, which emoji need.
 */
const UNSAFE_CHARACTER =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\ufff9-\ufffb]|(?!\p{Variation_Selector})\p{Default_Ignorable_Code_Point}/gu;

/** `C:\...` or `\\server\...`: clearly a Windows path, where each backslash separates folders. */
const WINDOWS_PATH = /^(?:[A-Za-z]:\\|\\\\)/;

/** Longest extension, including the dot, that is kept when a name is shortened. */
const EXTENSION = /\.[^./]{1,16}$/;

/**
 * A relative, printable path; empty if nothing is left of the name.
 *
 * - Each double backslash becomes `/`, as in AWS's transfer solution; in a Windows path each single one does too.
 *   Elsewhere a single backslash stays: on Linux it is part of the file name.
 * - Empty, blank, `.` and `..` segments are removed, and with them leading and trailing slashes.
 * - Unsafe characters become `_`. Other Unicode stays unchanged, not normalized: S3 compares bytes.
 */
export function safeName(name: string): string {
  const trimmed = name.trim();
  const separated = WINDOWS_PATH.test(trimmed) ? trimmed.replaceAll(/\\+/g, '/') : trimmed.replaceAll('\\\\', '/');
  return withoutHollowSegments(separated.replaceAll(UNSAFE_CHARACTER, '_'));
}

/**
 * The safe name in at most `maxBytes` bytes of UTF-8: truncated between characters, keeping the extension.
 * @param name as {@link safeName} gives it
 */
export function shortenName(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const extension = EXTENSION.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - extension.length);
  return withoutHollowSegments(firstBytes(stem, maxBytes - Buffer.byteLength(extension)) + extension);
}

const HOLLOW_SEGMENTS: ReadonlySet<string> = new Set(['', '.', '..']);

/** A cheap check that a path has none of them, like nearly all paths. */
const HOLLOW_SEGMENT = /(?:^|\/)\s*(?:\.{1,2}\s*)?(?:\/|$)/;

const withoutHollowSegments = (path: string): string =>
  HOLLOW_SEGMENT.test(path)
    ? path
        .split('/')
        .filter((segment) => !HOLLOW_SEGMENTS.has(segment.trim()))
        .join('/')
        .trim()
    : path.trim();

function firstBytes(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  let end = bytes;
  // A UTF-8 continuation byte is 10xxxxxx: step back to where a character begins.
  while (((encoded[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return encoded.toString('utf8', 0, end);
}
