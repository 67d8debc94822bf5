import { STORAGE_CLASSES, TIERS } from '../../src/wire/request';
import { parseChoice } from './names';

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

test('anything else is refused with the choices', () => {
  expect(() => parseChoice('REDUCED_REDUNDANCY', STORAGE_CLASSES, 'storage class')).toThrow(
    '"REDUCED_REDUNDANCY" is no storage class: choose one of STANDARD, STANDARD_IA,',
  );
  expect(() => parseChoice('', TIERS, 'retrieval tier')).toThrow('"" is no retrieval tier');
});
