import * as fc from 'fast-check';
import { CONTROL_ROOT } from '../../ids';
import { assertKeyPrefix, DUPLICATE_SUFFIX_BYTES, MAX_KEY_BYTES, MAX_PREFIX_BYTES, objectKey } from './object-key';

const ID = 'NkbByEejwEggmBz2fTHgJrg0XBoDfjP4q6iu87';

/** What S3, an XML listing, a terminal and a file system all take: restated here apart from the code under test. */
function faultOf(key: string, prefix: string): string | null {
  if (!key.startsWith(prefix)) return 'prefix lost';
  const name = key.slice(prefix.length);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES - DUPLICATE_SUFFIX_BYTES) return 'too long';
  if (key.startsWith(CONTROL_ROOT)) return 'in the folder of runs';
  if (Buffer.from(key).toString('utf8') !== key) return 'not UTF-8';
  if (/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\ufeff\ufffe\uffff]/u.test(name))
    return 'control';
  return name.split('/').some((segment) => ['', '.', '..'].includes(segment)) ? 'hollow segment' : null;
}

const awkward = fc.constantFrom(
  ...['/', '\\', '..', '.', ' ', '"', '{', '}', '<m>', '</m>', '<p>', '</p>', '{"Path":"', '"}', '\u202e', '\ud800'],
  ...['\u0000', '\u001b', 'é', '😀', CONTROL_ROOT, 'C:\\', '.glacier-', 'transfer/', 'YS5i', 'x'.repeat(300)],
);
const description = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 1500 }),
  fc.array(awkward, { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 700 }).map((path) => JSON.stringify({ Path: path })),
  fc.uint8Array({ maxLength: 700 }).map((bytes) => `<m><v>4</v><p>${Buffer.from(bytes).toString('base64')}</p></m>`),
);
const prefix = fc.constantFrom('', 'photos/', 'run-1/', '.glacier-', '.', 'é'.repeat(MAX_PREFIX_BYTES / 2));

describe('object keys', () => {
  it('are valid for any description', () => {
    fc.assert(
      fc.property(prefix, description, (prefix, description) => {
        expect(faultOf(objectKey(prefix, description, ID).key, prefix)).toBeNull();
      }),
      { numRuns: 5000 },
    );
  });

  it('leave room for the suffix of a duplicate', () => {
    const { key } = objectKey('p/', 'x'.repeat(1024), ID);
    expect(key).toBe(`p/${'x'.repeat(1024 - 48 - 2)}`);
    expect(`${key}-2023-08-15T13:28:01.123456789Z-9007199254740991`.length).toBeLessThanOrEqual(1024);
  });

  it.each([
    ['', '.glacier-transfer/run/request.json', '00reserved/.glacier-transfer/run/request.json'],
    ['', '/.glacier-transfer//x', '00reserved/.glacier-transfer/x'],
    ['.glacier-', 'transfer/x', '.glacier-00reserved/transfer/x'],
    ['p/', '.glacier-transfer/x', 'p/.glacier-transfer/x'],
  ])('move aside what would fall among the files of runs: %j + %j', (prefix, description, key) => {
    expect(objectKey(prefix, description, ID)).toEqual({ key, nameFormat: 'plain' });
  });

  it('refuse a prefix that leaves no room or lies among the files of runs', () => {
    expect(() => assertKeyPrefix('é'.repeat(257))).toThrow(/longer than 512 bytes/);
    expect(() => assertKeyPrefix('.glacier-transfer/mine/')).toThrow(/kept for the files of runs/);
    expect(() => assertKeyPrefix('photos/')).not.toThrow();
  });
});
