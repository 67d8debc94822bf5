import * as fc from 'fast-check';
import { CONTROL_ROOT } from '../../ids';
import { assertKeyPrefix, DUPLICATE_SUFFIX_BYTES, MAX_KEY_BYTES, MAX_PREFIX_BYTES, objectKey } from './object-key';

const ID = 'NkbByEejwEggmBz2fTHgJrg0XBoDfjP4q6iu87';

const UNSAFE_RANGES = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xfffe, 0xffff],
] as const;
const isUnsafe = (character: string): boolean => {
  const code = character.codePointAt(0) ?? 0;
  return UNSAFE_RANGES.some(([first, last]) => first <= code && code <= last);
};

/** What S3, an XML listing, a terminal and a file system all take: restated here apart from the code under test. */
function faultOf(key: string, prefix: string): string | null {
  if (!key.startsWith(prefix)) return 'prefix lost';
  const name = key.slice(prefix.length);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES - DUPLICATE_SUFFIX_BYTES) return 'too long';
  if (key.startsWith(CONTROL_ROOT)) return 'in the folder of runs';
  if (Buffer.from(key).toString('utf8') !== key) return 'not UTF-8';
  if (Array.from(name).some(isUnsafe)) return 'unsafe character';
  return name.split('/').some((segment) => ['', '.', '..'].includes(segment)) ? 'hollow segment' : null;
}

const FRAGMENTS = [
  '/ \\ .. . " { } <m> </m> <p> </p> {"Path":" "} C:\\ .glacier- transfer/ YS5i'.split(' '),
  [' ', '\u0000', '\u001b', '\u202e', '\ud800', 'é', '😀', CONTROL_ROOT, 'x'.repeat(300)],
].flat();
const description = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 1500 }),
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 700 }).map((path) => JSON.stringify({ Path: path })),
  fc.uint8Array({ maxLength: 700 }).map((bytes) => `<m><v>4</v><p>${Buffer.from(bytes).toString('base64')}</p></m>`),
);
const prefix = fc.constantFrom('', 'photos/', 'run-1/', '.glacier-', '.', 'é'.repeat(MAX_PREFIX_BYTES / 2));

describe('object keys', () => {
  it('are valid for any description', () => {
    fc.assert(
      fc.property(prefix, description, (prefix, description) => {
        expect(faultOf(objectKey(prefix, description, ID, 'auto').key, prefix)).toBeNull();
      }),
      { numRuns: 5000 },
    );
  });

  it('leave room for the suffix of a duplicate', () => {
    const { key } = objectKey('p/', 'x'.repeat(1024), ID, 'auto');
    expect(key).toBe(`p/${'x'.repeat(1024 - 48 - 2)}`);
    expect(`${key}-2023-08-15T13:28:01.123456789Z-9007199254740991`.length).toBeLessThanOrEqual(1024);
  });

  it.each([
    ['', '.glacier-transfer/run/request.json', '00reserved/.glacier-transfer/run/request.json'],
    ['', '/.glacier-transfer//x', '00reserved/.glacier-transfer/x'],
    ['.glacier-', 'transfer/x', '.glacier-00reserved/transfer/x'],
    ['p/', '.glacier-transfer/x', 'p/.glacier-transfer/x'],
  ])('move aside what would fall among the files of runs: %j + %j', (prefix, description, key) => {
    expect(objectKey(prefix, description, ID, 'auto')).toEqual({ key, nameFormat: 'plain' });
  });

  it('refuse a prefix that leaves no room or lies among the files of runs', () => {
    expect(() => assertKeyPrefix('é'.repeat(257))).toThrow(/longer than 512 bytes/);
    expect(() => assertKeyPrefix('.glacier-transfer/mine/')).toThrow(/kept for the files of runs/);
    expect(() => assertKeyPrefix('photos/')).not.toThrow();
  });
});
