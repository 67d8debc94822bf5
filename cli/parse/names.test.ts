import * as fc from 'fast-check';
import { RUN_NAME } from '../../src/ids';
import { defaultRunName, parseAccount, parseBuildId, parseRunName, parseVaultName, parseChoice } from './names';
import { STORAGE_CLASSES, TIERS } from '../../src/wire/request';
test.each([
  ['deep_archive', 'DEEP_ARCHIVE'],
  ['Deep-Archive', 'DEEP_ARCHIVE'],
  ['STANDARD', 'STANDARD'],
])('storage class %s is %s', (text, storageClass) => {
  expect(parseChoice(text, STORAGE_CLASSES, 'storage class')).toBe(storageClass);
});

test('tiers keep the spelling of the API', () => {
  expect(['bulk', 'STANDARD', 'Expedited'].map((text) => parseChoice(text, TIERS, 'retrieval tier'))).toEqual([
    'Bulk',
    'Standard',
    'Expedited',
  ]);
});

test('an unknown choice is rejected, listing the valid ones', () => {
  expect(() => parseChoice('REDUCED_REDUNDANCY', STORAGE_CLASSES, 'storage class')).toThrow(
    '"REDUCED_REDUNDANCY" is not a valid storage class: choose one of STANDARD, STANDARD_IA,',
  );
  expect(() => parseChoice('', TIERS, 'retrieval tier')).toThrow('"" is not a valid retrieval tier');
});

test.each(['photos', 'a', '_.-', 'x'.repeat(255)])('%s is a vault name', (name) => {
  expect(parseVaultName(name)).toBe(name);
});

test.each(['', 'a b', 'a/b', 'ä', 'x'.repeat(256), 'a\n'])('%j is not a valid vault name', (name) => {
  expect(() => parseVaultName(name)).toThrow(/is not a valid vault name: use 1 to 255/);
});

test('a hostile name does not reach the terminal', () => {
  expect(() => parseVaultName('\u001b[2J')).toThrow('"\uFFFD[2J" is not a valid vault name');
});

test('build ids', () => {
  expect(parseBuildId('0.2.0-rc.1+7f')).toBe('0.2.0-rc.1+7f');
  for (const bad of ['', '-x', 'a/b', 'a:b', 'a b', '\u001b', 'x'.repeat(101)]) {
    expect(() => parseBuildId(bad)).toThrow(/is not a valid build id: use 1 to 100/);
  }
});

test('run names', () => {
  expect(parseRunName('photos-2026.1')).toBe('photos-2026.1');
  for (const bad of ['', '-x', 'a/b', 'a:b', 'x'.repeat(101)]) {
    expect(() => parseRunName(bad)).toThrow(/is not a valid run name: a run name is 1 to 100/);
  }
});

test('accounts', () => {
  expect(parseAccount('012345678901')).toBe('012345678901');
  for (const bad of ['', '12345', '1234-5678-9012', '1234567890123']) {
    expect(() => parseAccount(bad)).toThrow(/is not a valid account: use 12 digits/);
  }
});

test('the default run name is vault and time, and always allowed', () => {
  const now = new Date('2026-11-23T10:15:00.999Z');
  expect(defaultRunName('photos', now)).toBe('photos-20261123-101500');
  expect(defaultRunName('___', now)).toBe('run-20261123-101500');
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{1,255}$/), (vault) => {
      expect(defaultRunName(vault, now)).toMatch(RUN_NAME);
    }),
  );
});
