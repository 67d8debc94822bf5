import * as fc from 'fast-check';
import { propertyRuns } from '../../../test/support/property-runs';
import { keyProblem } from '../../../test/support/key-fault';
import { CONTROL_ROOT } from '../../ids';
import { DECODE_MODES } from '../../wire/request';
import { assertKeyPrefix, DUPLICATE_SUFFIX_BYTES, MAX_KEY_BYTES, MAX_PREFIX_BYTES, objectKey } from './object-key';

const ID = 'NkbByEejwEggmBz2fTHgJrg0XBoDfjP4q6iu87';

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
      fc.property(prefix, description, fc.constantFrom(...DECODE_MODES), (prefix, description, mode) => {
        const { key } = objectKey(prefix, description, ID, mode);
        expect(keyProblem(key, prefix, MAX_KEY_BYTES - DUPLICATE_SUFFIX_BYTES)).toBeNull();
      }),
      { numRuns: propertyRuns(5_000) },
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

  it.each([
    ['', 'soap', '00reserved/soap'],
    ['so', 'ap', 'so00reserved/ap'],
    ['', `soap${' '.repeat(1000)}x`, '00reserved/soap'],
    ['p/', 'soap', 'p/soap'],
    ['', 'soap/x', 'soap/x'],
  ])('move aside the key that S3 does not take: %j + %j', (prefix, description, key) => {
    expect(objectKey(prefix, description, ID, 'auto')).toEqual({ key, nameFormat: 'plain' });
  });

  it('name by its id an archive of whose long name nothing is left', () => {
    expect(objectKey('p/', `.${' '.repeat(1000)}x`, ID, 'auto')).toEqual({
      key: `p/00undefined/${ID}`,
      nameFormat: 'blank',
    });
  });

  it('refuse a prefix that leaves no room or lies among the files of runs', () => {
    expect(() => assertKeyPrefix('é'.repeat(257))).toThrow(/longer than 512 bytes/);
    expect(() => assertKeyPrefix('.glacier-transfer/mine/')).toThrow(/reserved for the files of runs/);
    expect(() => assertKeyPrefix('photos/')).not.toThrow();
  });
});
