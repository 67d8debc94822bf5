import { CONTROL_ROOT } from '../../src/ids';

/** First and last of the code points that no key may hold, below the last two of each plane. */
const UNSAFE_RANGES = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfdd0, 0xfdef],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe00ff],
] as const;

function isUnsafe(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return false;
  return (code & 0xfffe) === 0xfffe || UNSAFE_RANGES.some(([first, last]) => first <= code && code <= last);
}

/**
 * What S3, an XML listing, a terminal or a file system would not take of a key; null when all do. Restated here, apart
 * from the code under test.
 */
export function keyProblem(key: string, prefix: string, maxBytes: number): string | null {
  if (!key.startsWith(prefix)) return 'prefix lost';
  const name = key.slice(prefix.length);
  if (Buffer.byteLength(key) > maxBytes) return 'too long';
  if (key.startsWith(CONTROL_ROOT)) return 'in the folder of runs';
  if (key === 'soap') return 'refused by S3';
  if (Buffer.from(key).toString('utf8') !== key) return 'not UTF-8';
  if (Array.from(name).some(isUnsafe)) return 'unsafe character';
  return name.split('/').some((segment) => ['', '.', '..'].includes(segment.trim())) ? 'hollow segment' : null;
}
