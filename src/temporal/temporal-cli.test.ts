import { unsuitableVersion, whyUnusable } from './temporal-cli-executable';

test.each([
  ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', null],
  ['temporal version 1.5.0-rc', null],
  ['temporal version 2.0.0', null],
  ['temporal version 1.4.9', 'version 1.4 is too old, 1.5 or later is needed'],
  ['temporal version 0.13.2', 'version 0.13 is too old, 1.5 or later is needed'],
  ['v20.20.2', 'not the Temporal CLI'],
])('%s', (output, problem) => {
  expect(unsuitableVersion(output)).toBe(problem);
});

test('a program that is missing, or something else', async () => {
  await expect(whyUnusable('/nowhere/temporal')).resolves.toBe('not found');
  await expect(whyUnusable(process.execPath)).resolves.toBe('not the Temporal CLI');
  await expect(whyUnusable('/bin/false')).resolves.toContain('Command failed');
});
