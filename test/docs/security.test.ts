import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

test('every test and document that SECURITY.md relies on is there', () => {
  const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
  const tests = [...text.matchAll(/`([\w./-]+\.ts)`/g)].map(([, path = '']) => path);
  const links = [...text.matchAll(/\]\(([\w./-]+)(?:#[\w-]+)?\)/g)].map(([, path = '']) => path);
  expect(tests.length).toBeGreaterThan(20);
  expect([...tests, ...links].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
